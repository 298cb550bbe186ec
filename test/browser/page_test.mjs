// Opens the page that `lessor show --html` writes, in Chromium, and uses it as a person would.
// LESSOR names the program. Fails, with what to do, when something it needs is missing.

import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {accessSync, constants, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {delimiter, dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const lessor = process.env.LESSOR ?? join(here, '../../build/lessor');

const fail = (what) => {
  console.error(`page_test: ${what}; ./dev test installs it`);
  process.exit(1);
};
const find = (names) => {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of names) {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return join(folder, name);
      } catch {
        // not here
      }
    }
  }
  return fail(`no ${names.join(' or ')} in PATH`);
};
const {chromium} = await import('playwright-core').catch(() => fail('playwright-core is missing'));

const folder = mkdtempSync(join(tmpdir(), 'lessor-page-'));
execFileSync('python3', ['-B', join(here, 'captures.py'), folder]);
for (const name of ['one', 'story', 'crowd']) {
  execFileSync(lessor, ['show', join(folder, `${name}.pcap`), '--html',
    join(folder, `${name}.html`), '--svg', join(folder, `${name}.svg`)]);
}

const browser = await chromium.launch({
  executablePath: find(['chromium', 'chromium-browser', 'google-chrome']),
  args: process.getuid() === 0 ? ['--no-sandbox'] : [],
});

/// A fresh page with everything that it must not do written down.
async function open(file, options = {}) {
  const page = await browser.newPage({viewport: {width: 1280, height: 900}, ...options});
  page.troubles = [];
  page.on('console', (message) => page.troubles.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => page.troubles.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => page.troubles.push(`dialog: ${dialog.message()}`));
  page.on('request', (request) => {
    if (!request.url().startsWith('file:')) page.troubles.push(`request: ${request.url()}`);
  });
  await page.goto(`file://${join(folder, file)}`);
  return page;
}
const panel = (page) => page.locator('#packet').innerText();
const message = (page, number) => page.locator(`.msg[data-n="${number}"]`);

const tests = {
  'a click on a message opens its tables': async (page) => {
    await message(page, 3).locator('.name').first().click();
    const text = await panel(page);
    assert.match(text, /Packet 3\b/);
    assert.match(text, /DHCPOFFER 192\.0\.2\.100 -> 255\.255\.255\.255/);
    const options = page.locator('#packet table.options');
    assert.match(await options.innerText(), /dhcp-server-identifier\s+4\s+192\.0\.2\.100/);
    assert.match(await options.innerText(), /RFC 2132/);
    assert.equal(await page.locator('.msg.open').count(), 1);
  },
  'a row marks its octets, and an octet its row': async (page) => {
    await message(page, 3).locator('.name').first().click();
    await page.locator('#packet tr', {hasText: 'yiaddr'}).first().click();
    assert.equal((await page.locator('.hex .b .pick').allInnerTexts()).join(''), 'c0000268');
    await page.locator('.hex .b i[data-at="46"]').click();
    assert.match(await page.locator('#packet tr.pick').innerText(), /^xid\s+0x00001000/);
  },
  'the keyboard is enough': async (page) => {
    await page.locator('#filter').focus();
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.dataset.n), '1');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    assert.match(await panel(page), /Packet 2\b/);
    await page.keyboard.press('j');
    assert.match(await panel(page), /Packet 3\b/);
    await page.keyboard.press('ArrowUp');
    assert.match(await panel(page), /Packet 2\b/);
    await page.keyboard.press('Escape');
    assert.match(await panel(page), /Choose a message/);
    assert.equal(await page.evaluate(() => document.activeElement.dataset.n), '2');
    await page.keyboard.press('/');
    await page.keyboard.type('nak');
    assert.equal(await page.locator('#hits').innerText(), '1 of 31');
    assert.equal(await page.locator('.act:visible').count(), 1);
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('.act:visible').count(), 3);
  },
  'what is wrong leads to its packet': async (page) => {
    await page.locator('.facts.wrong [data-go]', {hasText: '30'}).click();
    assert.match(await panel(page), /DHCPDECLINE/);
    assert.ok(await message(page, 30).isVisible());
  },
  'hostile names are text': async (page) => {
    const body = await page.locator('body').innerText();
    assert.ok(body.includes('</script><script>bad=1</script>'));
    assert.ok(body.includes('"><img src=x onerror=bad=1>&amp;'));
    await message(page, 22).locator('.name').first().click();
    assert.ok((await panel(page)).includes('</script><script>bad=1</script>'));
    assert.equal(await page.evaluate(() => typeof window.bad), 'undefined');
    assert.equal(await page.locator('img').count(), 0);
    assert.equal(await page.locator('script').count(), 2);
  },
  'faults stand in the packet': async (page) => {
    await message(page, 30).locator('.name').first().click();
    const fault = 'a DHCPDECLINE must not have host-name (12)';
    assert.ok((await page.locator('#packet ul.faults').innerText()).includes(fault));
    const row = page.locator('#packet table.options tr.fault', {hasText: fault});
    assert.match(await row.evaluate((tr) => tr.previousSibling.innerText), /^12\s+host-name/);
  },
};

let failed = 0;
async function run(name, file, test, options) {
  const page = await open(file, options);
  try {
    await test(page);
    assert.deepEqual(page.troubles, []);
    console.log(`ok: ${name}`);
  } catch (error) {
    ++failed;
    console.log(`FAILED: ${name}: ${error.message}`);
  }
  await page.close();
}

for (const [name, test] of Object.entries(tests)) await run(name, 'story.html', test);
await run('one packet is a page', 'one.html', async (page) => {
  await message(page, 1).focus();
  await page.keyboard.press('Enter');
  assert.match(await panel(page), /dhcp-parameter-request-list/);
});
await run('two thousand packets are quick', 'crowd.html', async (page) => {
  assert.equal(await page.locator('.msg').count(), 2000);
  await message(page, 1999).locator('.name').first().click();
  assert.match(await panel(page), /host-249/);
  await page.locator('#filter').fill('host-77 discover');
  assert.equal(await page.locator('#hits').innerText(), '2 of 2000');
});
for (const colorScheme of ['light', 'dark']) {
  await run(`no sideways scrolling on a telephone, ${colorScheme}`, 'story.html', async (page) => {
    const [inner, whole] = await page.evaluate(() => [innerWidth, document.documentElement
      .scrollWidth]);
    assert.ok(whole <= inner, `${whole} > ${inner}`);
    await message(page, 12).locator('.name').first().click();
    const [at, top] = await page.evaluate(() => ['.msg.open', '#packet'].map((what) => document
      .querySelector(what).getBoundingClientRect().top));
    assert.ok(at > 0 && at < top, `the open message is at ${at}, the panel at ${top}`);
    assert.ok(await page.locator('#packet table.options').isVisible());
  }, {viewport: {width: 400, height: 850}, colorScheme});
}
await run('the policy allows this script and this style, and nothing else', 'story.html', async () => {
  const html = readFileSync(join(folder, 'story.html'), 'utf8');
  const hash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const style = html.match(/<style>([^]*?)<\/style>/)[1];
  const script = html.slice(html.lastIndexOf('<script>') + 8, html.lastIndexOf('</script>'));
  const policy = html.match(/Content-Security-Policy" content="([^"]*)"/)[1];
  assert.ok(policy.startsWith("default-src 'none';"));
  assert.ok(policy.includes(`script-src ${hash(script)};`));
  assert.ok(policy.includes(`style-src ${hash(style)};`));
  assert.doesNotMatch(html, /\bhttps?:\/\/(?!www\.w3\.org\/2000\/svg)/);
});
await run('the picture alone is a picture', 'story.svg', async (page) => {
  assert.ok(await page.locator('.msg').count() === 31);
  assert.equal(await page.locator('script').count(), 0);
});

await browser.close();
rmSync(folder, {recursive: true});
process.exit(failed === 0 ? 0 : 1);
