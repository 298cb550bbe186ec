"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const packets = new Map(data.packets.map((p) => [p.n, p]));
  const panel = document.getElementById("packet");
  const box = document.getElementById("filter");
  const messages = [...document.querySelectorAll(".msg")];
  let open = null;
  let opener = null;

  // Everything that comes from packets goes through here: as text, never as markup.
  const make = (tag, type, text) => {
    const element = document.createElement(tag);
    if (type) element.className = type;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const row = (tag, cells) => {
    const tr = make("tr");
    for (const [text, type] of cells) tr.append(make(tag, type, text));
    return tr;
  };
  const table = (heads) => {
    const element = make("table");
    const head = make("thead");
    head.append(row("th", heads));
    const body = make("tbody");
    element.append(head, body);
    return [element, body];
  };

  // --- one packet

  const hexDump = (packet) => {
    const dump = make("div", "hex");
    const size = packet.x.length / 2;
    for (let at = 0; at < size; at += 16) {
      const octets = make("span", "b");
      const letters = make("span", "a");
      for (let i = at; i < Math.min(at + 16, size); ++i) {
        const pair = packet.x.slice(2 * i, 2 * i + 2);
        const value = parseInt(pair, 16);
        const zero = value === 0 ? "zero" : "";
        const letter = value > 32 && value < 127 ? String.fromCharCode(value) : "\u00b7";
        for (const [line, text] of [[octets, pair], [letters, letter]]) {
          const cell = make("i", zero, text);
          cell.dataset.at = i;
          line.append(cell);
        }
      }
      dump.append(make("span", "o", at.toString(16).padStart(4, "0")), octets, letters);
    }
    return dump;
  };

  const pick = (tr) => {
    for (const old of panel.querySelectorAll(".pick")) old.classList.remove("pick");
    if (!tr) return;
    tr.classList.add("pick");
    tr.closest("details").open = true;
    const from = Number(tr.dataset.at);
    const to = from + Number(tr.dataset.size);
    let first = null;
    for (const cell of panel.querySelectorAll(".hex i")) {
      const at = Number(cell.dataset.at);
      if (at < from || at >= to) continue;
      cell.classList.add("pick");
      first = first || cell;
    }
    return first;
  };

  const place = (tr, at, size) => {
    tr.dataset.at = at;
    tr.dataset.size = size;
    return tr;
  };
  const addFaults = (packet, body, columns, test) => {
    for (const fault of packet.faults) {
      if (fault.told || !test(fault)) continue;
      fault.told = true;
      const tr = make("tr", "fault");
      const td = make("td", "", fault.what);
      td.colSpan = columns;
      tr.append(td);
      body.append(place(tr, fault.at, 1));
    }
  };

  // A layer folds. Those around DHCP are folded until something is wrong with them.
  const fold = (title, gist, open) => {
    const box = make("details");
    box.open = open;
    const head = make("summary", "", title);
    head.append(make("span", "", gist));
    box.append(head);
    panel.append(box);
    return box;
  };
  const gistOf = (kind, layer) => {
    const value = (name) => {
      const i = kind.fields.findIndex((field) => field.name === name);
      return i < 0 ? "" : layer.values[i];
    };
    const from = value("src") || value("srcport") || value("spa");
    const to = value("dst") || value("dstport") || value("tpa");
    return from && to ? `${from} \u2192 ${to}` : `${layer.size} octets, ${kind.reference}`;
  };

  const showLayer = (packet, layer) => {
    const kind = data.layers[layer.kind];
    const last = layer === packet.layers[packet.layers.length - 1];
    const wrong = packet.faults.some((f) => f.layer === layer.kind);
    const box = fold(kind.title, gistOf(kind, layer), last || wrong);
    const [element, body] = table([["field"], ["value"], ["meaning", "mean"]]);
    layer.values.forEach((value, i) => {
      const field = kind.fields[i];
      const size = field.size || layer.size - field.at;
      const cells = [[field.name, "name"], [value, "val"], [field.meaning, "mean"]];
      body.append(place(row("td", cells), layer.at + field.at, size));
      addFaults(packet, body, 3, (f) => f.layer === layer.kind && f.field === field.name &&
        f.at >= layer.at && f.at < layer.at + layer.size);
    });
    box.append(element);
  };

  const showOptions = (packet) => {
    if (!packet.options.length) return;
    const box = fold("Options", `${packet.options.length}, RFC 2132`, true);
    const [element, body] = table(
      [["code", "n"], ["name"], ["octets", "n"], ["value"], ["RFC", "mean"]]);
    element.className = "options";
    for (const option of packet.options) {
      const known = data.options[option.code] || {name: `option-${option.code}`};
      const where = option.area ? ` (in ${option.area})` : "";
      const tr = row("td", [[option.code, "n"], [known.name + where, "optname"],
        [option.length, "n"], [option.value, "val"], [known.reference || "", "mean"]]);
      if (known.meaning) tr.title = known.meaning;
      body.append(place(tr, option.at, option.size));
      addFaults(packet, body, 5, (f) => f.option === option.code && f.at === option.at);
    }
    box.append(element);
  };

  const show = (packet) => {
    for (const fault of packet.faults) fault.told = false;
    panel.replaceChildren();
    panel.classList.remove("empty");
    const top = make("div", "top");
    const close = make("button", "x", "\u2715");
    close.type = "button";
    close.setAttribute("aria-label", "close");
    close.addEventListener("click", shut);
    top.append(make("h2", "", `Packet ${packet.n}`), close);
    panel.append(top, make("p", "line", packet.summary), make("p", "when", packet.when));
    const faults = make("ul", "faults");
    for (const fault of packet.faults) faults.append(make("li", "", fault.what));
    if (packet.faults.length) panel.append(faults);
    for (const layer of packet.layers) showLayer(packet, layer);
    showOptions(packet);
    const size = packet.x.length / 2;
    fold("Octets", packet.cut ? `the first ${size}` : `${size}; click a row to see its own`, true)
      .append(hexDump(packet));
    panel.scrollTop = 0;
  };

  function shut() {
    if (open) open.classList.remove("open");
    open = null;
    panel.replaceChildren(make("p", "hint", "Choose a message to see what is in it."));
    panel.classList.add("empty");
    if (opener) opener.focus({preventScroll: true});
    opener = null;
  }

  const openMessage = (message, focus) => {
    const number = Number(message.dataset.n);
    if (open) open.classList.remove("open");
    open = opener = message;
    message.classList.add("open");
    const packet = packets.get(number);
    if (packet) {
      show(packet);
    } else {
      panel.replaceChildren(make("h2", "", `Packet ${number}`),
        make("p", "hint", "This page has no room for its octets; lessor show has."));
      panel.classList.remove("empty");
    }
    history.replaceState(null, "", `#${number}`);
    if (focus) message.focus({preventScroll: true});
    // On a small screen the panel covers the lower half.
    const covered = getComputedStyle(panel).position === "fixed";
    message.scrollIntoView({block: covered ? "start" : "nearest"});
  };

  // --- filter

  const texts = new Map();
  const textOf = (number) => {
    if (texts.has(number)) return texts.get(number);
    const p = packets.get(number);
    const text = p ? [p.summary, ...p.faults.map((f) => f.what), ...p.layers.flatMap((l) =>
      l.values), ...p.options.map((o) => `${(data.options[o.code] || {}).name} ${o.value}`)]
      .join("\n").toLowerCase() : "";
    texts.set(number, text);
    return text;
  };
  const visible = () => messages.filter((m) => !m.classList.contains("faint") &&
    !m.closest(".hide"));
  const filter = () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    let hits = 0;
    for (const message of messages) {
      const text = words.length ? textOf(Number(message.dataset.n)) : "";
      const hit = words.every((word) => text.includes(word));
      message.classList.toggle("faint", !hit);
      message.setAttribute("tabindex", hit ? "0" : "-1");
      hits += hit ? 1 : 0;
    }
    for (const part of [...document.querySelectorAll(".part"),
      ...document.querySelectorAll(".act")]) {
      const empty = words.length > 0 && !part.querySelector(".msg:not(.faint)");
      part.classList.toggle("hide", empty);
    }
    document.getElementById("hits").textContent = words.length ?
      `${hits} of ${messages.length}` : messages.length === 1 ? "1 message" :
      `${messages.length} messages`;
  };

  // --- mouse and keyboard

  document.addEventListener("click", (event) => {
    const message = event.target.closest(".msg");
    if (message) return openMessage(message, true);
    const go = event.target.closest("[data-go]");
    if (go) {
      const target = messages.find((m) => m.dataset.n === go.dataset.go);
      if (target) {
        box.value = "";
        filter();
        openMessage(target, true);
        target.scrollIntoView({block: "center"});
      }
      return;
    }
    const word = event.target.closest("[data-filter]");
    if (word) {
      box.value = box.value === word.dataset.filter ? "" : word.dataset.filter;
      return filter();
    }
    const octet = event.target.closest(".hex i");
    if (octet) {
      const at = Number(octet.dataset.at);
      const rows = [...panel.querySelectorAll("tbody tr[data-at]:not(.fault)")].filter((tr) =>
        at >= Number(tr.dataset.at) && at < Number(tr.dataset.at) + Number(tr.dataset.size));
      if (!rows.length) return;
      pick(rows[rows.length - 1]);
      rows[rows.length - 1].scrollIntoView({block: "nearest"});
      return;
    }
    const tr = event.target.closest("#packet tbody tr[data-at]");
    if (tr) {
      const first = pick(tr);
      if (first) first.scrollIntoView({block: "nearest"});
    }
  });

  const step = (by) => {
    const all = visible();
    if (!all.length) return;
    const here = document.activeElement && document.activeElement.classList.contains("msg") ?
      document.activeElement : open;
    const at = all.indexOf(here);
    const next = all[Math.min(all.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
    if (open) {
      openMessage(next, true);
    } else {
      next.focus();
    }
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const typing = event.target === box;
    if (event.key === "Escape") {
      if (typing) {
        box.value = "";
        filter();
        box.blur();
      } else {
        shut();
      }
      return;
    }
    if (typing) return;
    const message = event.target.closest && event.target.closest(".msg");
    if (message && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      openMessage(message, true);
    } else if (event.key === "/" ) {
      event.preventDefault();
      box.focus();
    } else if (event.key === "j" || (message && event.key === "ArrowDown")) {
      event.preventDefault();
      step(1);
    } else if (event.key === "k" || (message && event.key === "ArrowUp")) {
      event.preventDefault();
      step(-1);
    }
  });
  box.form.addEventListener("submit", (event) => event.preventDefault());
  box.addEventListener("input", filter);

  shut();
  filter();
  const first = messages.find((m) => `#${m.dataset.n}` === location.hash);
  if (first) openMessage(first, false);
})();
