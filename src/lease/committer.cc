#include "lease/committer.h"

#include <algorithm>

namespace lessor::lease {

Committer::Committer(ChangeLog& changes, LeaseStore& store, std::size_t max_batch)
    : changes_(changes),
      store_(store),
      max_batch_(std::clamp<std::size_t>(max_batch, 1, kMaxChangesPerRecord)) {}

std::expected<Sequence, LogError> Committer::commit() {
  const std::size_t count = std::min(changes_.waiting(), max_batch_);
  if (count == 0) return store_.durable();
  if (const auto appended = store_.append(changes_, count); !appended) return appended;
  changes_.drop(count);
  // Folding reads as much as was written, so that it keeps up; its record shares the flush.
  if (store_.fold_due()) {
    if (const auto folded = store_.fold(2 * count); !folded) return std::unexpected(folded.error());
  }
  const auto durable = store_.sync();
  if (!durable) return durable;
  ++statistics_.flushes;
  statistics_.changes += count;
  statistics_.last_batch = count;
  statistics_.largest_batch = std::max<std::uint64_t>(statistics_.largest_batch, count);
  if (++commits_since_mark_ < kCommitsPerMark) return durable;
  commits_since_mark_ = 0;
  if (const auto marked = store_.write_mark(); !marked) return std::unexpected(marked.error());
  return durable;
}

std::expected<bool, LogError> Committer::tidy() {
  if (store_.fold_due()) {
    if (const auto folded = store_.fold(); !folded) return std::unexpected(folded.error());
    if (const auto synced = store_.sync(); !synced) return std::unexpected(synced.error());
    return true;
  }
  if (!store_.mark_due()) return false;
  commits_since_mark_ = 0;
  if (const auto marked = store_.write_mark(); !marked) return std::unexpected(marked.error());
  return true;
}

std::expected<Sequence, LogError> Committer::finish() {
  while (has_changes())
    if (const auto committed = commit(); !committed) return committed;
  if (const auto marked = store_.write_mark(); !marked) return std::unexpected(marked.error());
  return store_.durable();
}

void Committer::note_flush(Duration took) {
  statistics_.last_flush = took;
  statistics_.longest_flush = std::max(statistics_.longest_flush, took);
}

}  // namespace lessor::lease
