#include "disk_model.h"

#include <fcntl.h>
#include <stdio.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace lessor::test {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kSector = 512;  // a disk writes so much whole or not at all
constexpr std::size_t kPage = 4'096;  // a kernel writes so much at a time

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

bool is_below(const std::string& path, const std::string& folder) {
  return path.size() > folder.size() && path.starts_with(folder) &&
         (folder.empty() || path[folder.size()] == '/');
}

void put(std::string& content, std::uint64_t at, std::string_view data) {
  if (content.size() < at + data.size()) content.resize(at + data.size());
  content.replace(at, data.size(), data);
}

/// A write, cut at the multiples of `unit`.
std::vector<Write> parts_of(const Write& write, std::size_t unit) {
  std::vector<Write> parts;
  for (std::size_t at = 0; at < write.data.size();) {
    const std::size_t size = std::min(unit - (write.at + at) % unit, write.data.size() - at);
    parts.push_back({write.at + at, write.data.substr(at, size)});
    at += size;
  }
  return parts;
}

bool holds(const fs::path& path, const std::string& content) {
  std::error_code error;
  if (fs::file_size(path, error) != content.size() || error) return false;
  std::ifstream in(path, std::ios::binary);
  return std::equal(std::istreambuf_iterator<char>(in), {}, content.begin(), content.end());
}

}  // namespace

std::string_view to_string(Loss loss) {
  switch (loss) {
    case Loss::nothing:
      return "nothing";
    case Loss::journal:
      return "journal";
    case Loss::strict:
      return "strict";
    case Loss::chance:
      return "chance";
  }
  return "";
}

DiskModel::DiskModel(std::string root) : root_(std::move(root)) {
  names_[""] = std::make_shared<Node>(Node{.is_folder = true});
  strict_ = names_;
  journal_ = {names_};
}

std::string DiskModel::relative(const std::string& path) const {
  return path.size() <= root_.size() ? "" : path.substr(root_.size() + 1);
}

std::string DiskModel::path_of(const NodePtr& node) const {
  const auto found =
      std::ranges::find_if(names_, [&](const auto& name) { return name.second == node; });
  return found == names_.end() ? "?" : found->first;
}

void DiskModel::name_changed() { journal_.push_back(names_); }

DiskModel::NodePtr DiskModel::open_node(const TraceEntry& entry) {
  const std::string path = relative(entry.path);
  NodePtr& node = names_[path];
  if (!node) {
    node = std::make_shared<Node>();
    node->grew = true;  // its very existence
    name_changed();
  } else if ((entry.header.flags & O_TRUNC) != 0) {
    resize(*node, 0);
  }
  return node;
}

void DiskModel::write(Node& node, std::uint64_t at, const std::string& data) {
  if (at + data.size() > node.content.size()) node.grew = true;
  put(node.content, at, data);
  node.unflushed.push_back({at, data});
}

// A change of size is taken to be on the disk when it happens: what a truncation frees is gone, and
// the size itself says little, since files are read to their last whole record.
void DiskModel::resize(Node& node, std::uint64_t size) {
  if (size < node.content.size()) {
    node.durable.resize(std::min<std::size_t>(node.durable.size(), size));
    std::erase_if(node.unflushed, [&](const Write& w) { return w.at >= size; });
    for (Write& w : node.unflushed)
      w.data.resize(std::min<std::size_t>(w.data.size(), size - w.at));
  }
  node.content.resize(size);
  node.grew = true;
}

void DiskModel::flush(const NodePtr& node, bool data_only) {
  if (node->is_folder) return flush_folder(node);
  node->durable = node->content;
  node->unflushed.clear();
  if (!data_only || node->grew) journal_ = {names_};
  node->grew = false;
}

void DiskModel::flush_folder(const NodePtr& folder) {
  journal_ = {names_};
  const std::string path = path_of(folder);
  std::erase_if(strict_, [&](const auto& name) {
    return !name.first.empty() && parent_of(name.first) == path;
  });
  for (const auto& [name, node] : names_)
    if (!name.empty() && parent_of(name) == path) strict_[name] = node;
}

void DiskModel::rename(const TraceEntry& entry) {
  const std::string from = relative(entry.path);
  const std::string to = relative(entry.data);
  const bool exchanges = (entry.header.flags & RENAME_EXCHANGE) != 0;
  Names moved;
  const auto take = [&](const std::string& old_path, const std::string& new_path) {
    for (auto it = names_.begin(); it != names_.end();) {
      if (it->first != old_path && !is_below(it->first, old_path)) {
        ++it;
        continue;
      }
      moved[new_path + it->first.substr(old_path.size())] = it->second;
      it = names_.erase(it);
    }
  };
  take(from, to);
  if (exchanges) take(to, from);
  for (auto& [name, node] : moved) names_[name] = node;
  name_changed();
}

void DiskModel::apply(const TraceEntry& entry) {
  const TraceHeader& h = entry.header;
  const auto file = open_.find(h.fd);
  switch (h.operation) {
    case Operation::start:
      open_.clear();
      return;
    case Operation::open:
      open_[h.fd] = open_node(entry);
      return;
    case Operation::close:
      open_.erase(h.fd);
      return;
    case Operation::write:
      return write(*file->second, h.offset, entry.data);
    case Operation::fsync:
    case Operation::fdatasync:
      return flush(file->second, h.operation == Operation::fdatasync);
    case Operation::truncate:
      return resize(*file->second, h.offset);
    case Operation::allocate:
      if ((h.flags & FALLOC_FL_KEEP_SIZE) == 0 && h.offset > file->second->content.size())
        resize(*file->second, h.offset);
      return;
    case Operation::rename:
      return rename(entry);
    case Operation::link:
      names_[relative(entry.data)] = names_[relative(entry.path)];
      return name_changed();
    case Operation::unlink:
      names_.erase(relative(entry.path));
      return name_changed();
    case Operation::mkdir:
      names_[relative(entry.path)] = std::make_shared<Node>(Node{.is_folder = true});
      return name_changed();
  }
}

const DiskModel::Names& DiskModel::names_left(Loss loss, Random& random) const {
  switch (loss) {
    case Loss::nothing:
      return names_;
    case Loss::journal:
      return journal_.front();
    case Loss::strict:
      return strict_;
    case Loss::chance:
      return journal_[random.below(static_cast<std::uint32_t>(journal_.size()))];
  }
  return names_;
}

std::string DiskModel::content_left(const Node& node, Loss loss, Random& random) {
  if (loss == Loss::nothing) return node.content;
  if (loss != Loss::chance || node.unflushed.empty()) return node.durable;
  std::string content = node.durable;
  std::map<std::uint64_t, std::vector<Write>> pages;  // what was written to each, in order
  for (const Write& w : node.unflushed)
    for (const Write& part : parts_of(w, kPage)) pages[part.at / kPage].push_back(part);
  std::vector<Write> torn;
  for (const auto& [page, writes] : pages) {
    // The kernel writes a page as it is at some moment, whichever page it likes first.
    const std::size_t seen = random.below(static_cast<std::uint32_t>(writes.size() + 1));
    for (std::size_t i = 0; i < seen; ++i) put(content, writes[i].at, writes[i].data);
    if (seen < writes.size() && random.one_in(2)) torn.push_back(writes[seen]);
  }
  // The power fails while a page is written: some sectors are new. The size is that of before,
  // since it follows the data.
  const std::size_t size = content.size();
  for (const Write& write : torn)
    for (const Write& sector : parts_of(write, kSector))
      if (random.one_in(2)) put(content, sector.at, sector.data);
  content.resize(size);
  return content;
}

Contents DiskModel::left(Loss loss, Random& random) const {
  Contents contents;
  for (const auto& [name, node] : names_left(loss, random)) {
    // A name whose folder is lost is lost with it.
    if (!parent_of(name).empty() && !contents.contains(parent_of(name))) continue;
    if (name.empty()) continue;
    contents[name] =
        node->is_folder ? std::nullopt : std::optional(content_left(*node, loss, random));
  }
  return contents;
}

void write_folder(const std::string& target, const Contents& contents) {
  fs::create_directories(target);
  for (const auto& [name, content] : contents) {
    const fs::path path = fs::path(target) / name;
    if (!content) {
      fs::create_directories(path);
    } else if (!holds(path, *content)) {
      std::ofstream(path, std::ios::binary) << *content;
    }
  }
  std::vector<fs::path> others;
  for (const auto& entry : fs::recursive_directory_iterator(target))
    if (!contents.contains(entry.path().string().substr(target.size() + 1)))
      others.push_back(entry.path());
  for (const fs::path& path : others) fs::remove_all(path);
}

}  // namespace lessor::test
