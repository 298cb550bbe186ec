#pragma once
// Timelines as pictures (SVG). What is drawn are the rows of a diagram; colours are classes, so
// that a style sheet decides. Must not know: packets, pages.

#include "craft/story/capture_story.h"

#include <string>

namespace lessor::craft {

/// More messages make a picture that no viewer likes: what a story for one is limited to.
inline constexpr StoryLimits kPictureLimits{.parts_max = 20'000};

/// Text with what XML and HTML give a meaning made harmless.
[[nodiscard]] std::string escape_markup(std::string_view text);

/// How wide the pictures of a client's exchanges are, in pixels.
[[nodiscard]] std::size_t picture_width(const Lanes& lanes);
/// The heads of the lanes as an <svg> element.
[[nodiscard]] std::string heads_picture(const Lanes& lanes);
/// One exchange as an <svg> element. Each message is a <g class="msg" data-n="NUMBER"> that can be
/// focused; times count from `began`.
[[nodiscard]] std::string scene_picture(const Lanes& lanes, const CaptureStory::Scene& scene,
                                        Duration began);

/// All of it as one SVG file with its own style sheet, for light and dark.
[[nodiscard]] std::string story_picture(const CaptureStory& story);

}  // namespace lessor::craft
