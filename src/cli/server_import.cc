// Server: the leases that Kea left, read in when the server first starts in its place.

#include "cli/durable_file.h"
#include "cli/server.h"
#include "lease/recovery.h"
#include "runtime/own_files.h"

#include <filesystem>

namespace lessor::cli {
namespace {

std::string mark_of(const std::string& lease_folder) { return lease_folder + "/kea-import"; }

std::string list(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

}  // namespace

/// While we are root still: Kea's files are for its own user. Once only: the mark says that it was
/// done.
Server::Outcome Server::find_kea_leases() {
  const std::string& file = setup_.config.lease_database.kea_file;
  if (file.empty()) return {};
  bool marked = false;
  const auto look = [&] {
    std::error_code failed;
    marked = std::filesystem::exists(mark_of(lease_folder_), failed);
  };
  if (!account_.become) {
    look();
  } else if (const auto acted = runtime::act_as(*account_.become, look); !acted) {
    return std::unexpected(runtime::to_string(acted.error()));
  }
  if (marked) return {};
  auto found = store::read_kea_files(file);
  if (!found) return std::unexpected(found.error());
  import_ = std::move(*found);
  return {};
}

/// What our own store knows better stays. Durable before the first packet, and then marked.
Server::Outcome Server::import_kea_leases(Now now) {
  if (!import_) return {};
  std::size_t taken = 0;
  std::size_t outside = 0;
  Outcome outcome;
  import_->leases.for_each([&](const lease::Lease& lease) {
    const auto known = engine_->leases().find(lease.address);
    if (!outcome || (known && known->started >= lease.started)) return;
    if (!storage_->changes().has_room()) outcome = storage_->flush_all();
    if (!outcome) return;
    lease::Lease taken_over = lease;
    taken_over.expires_at = lease::derive_expiry(lease.started, lease.lifetime, now.mono, now.wall);
    taken_over.sequence = storage_->changes().push(taken_over);
    engine_->load(taken_over);
    ++taken;
    if (setup_.config.find_subnet(lease.address) == nullptr) ++outside;
  });
  if (outcome) outcome = storage_->flush_all();
  if (!outcome) return outcome;
  const store::KeaLeases::Counts& counts = import_->leases.counts();
  std::string text = std::to_string(taken) + " of Kea's leases read in from " +
                     list(import_->read) + ": " + std::to_string(counts.lines) + " lines, " +
                     std::to_string(counts.deleted) + " of them deletions";
  if (taken < import_->leases.size()) {
    text += "; " + std::to_string(import_->leases.size() - taken) + " that we know better";
  }
  if (outside > 0) text += "; " + std::to_string(outside) + " in no subnet of ours, kept";
  log_.say(Severity::info, text);
  if (counts.left_out > 0) {
    log_.say(Severity::warning, std::to_string(counts.left_out) + " lines were left out: " +
                                    import_->leases.first_trouble() + ", to begin with");
  }
  for (const std::string& file : import_->left_out) {
    log_.say(Severity::info, "not read: " + file);
  }
  import_.reset();
  return write_durably(mark_of(lease_folder_), text + "\n");
}

}  // namespace lessor::cli
