#include "store/kea_leases.h"

namespace lessor::store {

void KeaLeases::begin_file(std::string name) {
  file_ = std::move(name);
  number_ = 0;
  heading_is_next_ = true;
  is_readable_ = false;
}

void KeaLeases::take_line(std::string_view line) {
  ++number_;
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (heading_is_next_) {
    heading_is_next_ = false;
    auto reader = LeaseCsvReader::open(line);
    is_readable_ = reader.has_value();
    if (!reader) return leave_out("is no heading of a lease file");
    readers_.push_back(std::move(*reader));
    return;
  }
  if (line.empty()) return;
  ++counts_.lines;
  if (!is_readable_) return leave_out("stands under no heading");
  if (line.size() > kMaxLine) return leave_out("is too long");
  const auto row = readers_.back().read_row(line);
  if (!row) return leave_out("is no lease");
  if (row->deleted) {
    ++counts_.deleted;
    last_.erase(row->address.value);
  } else {
    last_[row->address.value] = {readers_.size() - 1, std::string(line)};
  }
}

void KeaLeases::leave_out(std::string_view why) {
  ++counts_.left_out;
  if (!trouble_.empty()) return;
  trouble_ = "line " + std::to_string(number_) + " of " + file_ + " " + std::string(why);
}

void KeaLeases::for_each(const std::function<void(const lease::Lease&)>& visit) const {
  for (const auto& [address, line] : last_) {
    const auto row = readers_[line.reader].read_row(line.text);
    if (row) visit(row->change.lease());
  }
}

}  // namespace lessor::store
