#pragma once
// What pages and pictures carry besides data: style sheets and the script. They are files beside
// this one (page.css, picture.css, page.js); CMake puts them into the program. Must not know: data.

#include <string_view>

namespace lessor::craft::page_assets {

extern const std::string_view kPageStyle;     ///< page.css and picture.css
extern const std::string_view kPictureStyle;  ///< picture.css
extern const std::string_view kScript;        ///< page.js
/// SHA-256 of kPageStyle and kScript in hexadecimal: what a content security policy allows.
extern const std::string_view kPageStyleHash;
extern const std::string_view kScriptHash;

}  // namespace lessor::craft::page_assets
