#include "craft/story/canvas.h"

#include <algorithm>

namespace lessor::craft {

void CanvasRow::put(std::size_t x, std::string_view text, Tone tone) {
  while (!text.empty() && x < cells_.size()) {
    std::size_t octets = 1;
    while (octets < text.size() && display_width(text.substr(octets, 1)) == 0) ++octets;
    cells_[x++] = {std::string(text.substr(0, octets)), tone};
    text.remove_prefix(octets);
  }
}

void CanvasRow::put_centred(std::size_t x, std::string_view text, Tone tone) {
  const std::size_t width = display_width(text);
  const std::size_t last_start = cells_.size() - std::min(cells_.size(), width);
  put(std::min(x - std::min(x, width / 2), last_start), text, tone);
}

void CanvasRow::fill(std::size_t first, std::size_t last, std::string_view character, Tone tone) {
  for (std::size_t x = first; x <= last && x < cells_.size(); ++x) {
    cells_[x] = {std::string(character), tone};
  }
}

std::string CanvasRow::line(const Style& style) const {
  std::size_t end = cells_.size();
  while (end > 0 && cells_[end - 1].character == " ") --end;
  std::string out;
  for (std::size_t from = 0; from < end;) {
    std::string run;
    std::size_t to = from;
    while (to < end && cells_[to].tone == cells_[from].tone) run += cells_[to++].character;
    out += paint(run, cells_[from].tone, style);
    from = to;
  }
  return out + "\n";
}

}  // namespace lessor::craft
