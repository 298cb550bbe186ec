#pragma once
// The rows of RFC 2131's tables 3 and 5 and of what other RFCs added: what each message's header
// fields and options must be. For message_rules.cc, which makes messages of them.

#include "craft/rules/message_rules.h"

namespace lessor::craft::rows {

// What follows is long and plain: short words for what repeats in every line.
inline constexpr Content kAny = Content::anything;
inline constexpr Content kZero = Content::zero;
inline constexpr Content kSet = Content::not_zero;
inline constexpr Duty kMust = Duty::must;
inline constexpr Duty kMustNot = Duty::must_not;
inline constexpr Duty kShould = Duty::should;
inline constexpr Duty kShouldNot = Duty::should_not;
inline constexpr Duty kMay = Duty::may;
inline constexpr std::string_view kTable3 = "RFC 2131 table 3";
inline constexpr std::string_view kTable5 = "RFC 2131 table 5";

// --- fields: a table's value without a MUST in the text is asked for with "should"

inline constexpr FieldRule kClientFields[] = {
    {"op", Content::one, kMust, "1, BOOTREQUEST", kTable5},
    {"htype", kAny, kMust, "the kind of hardware address: 1 is Ethernet", "RFC 1700"},
    {"hlen", kAny, kMust, "octets of the hardware address: 6", "RFC 1700"},
    {"hops", kAny, kShould, "0; each relay agent adds 1", kTable5},
    {"xid", kAny, kMust, "a number that the client draws; answers repeat it", "RFC 2131 4.4.1"},
    {"yiaddr", kZero, kShould, "0", kTable5},
    {"siaddr", kZero, kShould, "0", kTable5},
    {"giaddr", kAny, kShould, "0; the first relay agent writes its address", kTable5},
    {"chaddr", kAny, kMust, "the client's hardware address", kTable5},
};
inline constexpr FieldRule kDiscoverFields[] = {
    {"secs", kAny, kMay, "0, or seconds since the client began to ask", kTable5},
    {"flags", kAny, kMay, "0x8000: answer by broadcast, I cannot receive unicast yet", kTable5},
    {"ciaddr", kZero, kMust, "0: there is no address yet", kTable5},
    {"sname", kAny, kMay, "options, when option 52 says so; else unused", kTable5},
    {"file", kAny, kMay, "options, when option 52 says so; else unused", kTable5},
};
inline constexpr FieldRule kFirstRequestFields[] = {
    {"secs", kAny, kMust, "as in the DHCPDISCOVER", "RFC 2131 3.1"},
    {"flags", kAny, kMay, "0x8000: answer by broadcast, I cannot receive unicast yet", kTable5},
    {"ciaddr", kZero, kMust, "0: the address is not the client's yet", "RFC 2131 4.3.2"},
    {"sname", kAny, kMay, "options, when option 52 says so; else unused", kTable5},
    {"file", kAny, kMay, "options, when option 52 says so; else unused", kTable5},
};
inline constexpr FieldRule kRebootFields[] = {
    {"secs", kAny, kMay, "0, or seconds since the client began to ask", kTable5},
    {"flags", kAny, kMay, "0x8000: answer by broadcast, I cannot receive unicast yet", kTable5},
    {"ciaddr", kZero, kMust, "0: whether the address may be used is the question",
     "RFC 2131 4.3.2"},
    {"sname", kAny, kMay, "options, when option 52 says so; else unused", kTable5},
    {"file", kAny, kMay, "options, when option 52 says so; else unused", kTable5},
};
inline constexpr FieldRule kExtendFields[] = {
    {"secs", kAny, kMay, "0, or seconds since the client began to renew", kTable5},
    {"flags", kAny, kMay, "0: the client has an address and receives unicast", kTable5},
    {"ciaddr", kSet, kMust, "the client's address", "RFC 2131 4.3.2"},
    {"sname", kAny, kMay, "options, when option 52 says so; else unused", kTable5},
    {"file", kAny, kMay, "options, when option 52 says so; else unused", kTable5},
};
inline constexpr FieldRule kInformFields[] = {
    {"secs", kAny, kMay, "0, or seconds since the client began to ask", kTable5},
    {"flags", kAny, kMay, "0x8000: answer by broadcast", kTable5},
    {"ciaddr", kSet, kMust, "the client's address, which it has from elsewhere", "RFC 2131 4.4.3"},
    {"sname", kAny, kMay, "options, when option 52 says so; else unused", kTable5},
    {"file", kAny, kMay, "options, when option 52 says so; else unused", kTable5},
};
inline constexpr FieldRule kDeclineFields[] = {
    {"secs", kZero, kShould, "0", kTable5},
    {"flags", kZero, kShould, "0", kTable5},
    {"ciaddr", kZero, kMust, "0: the address is in option 50", kTable5},
    {"sname", kAny, kMay, "unused", kTable5},
    {"file", kAny, kMay, "unused", kTable5},
};
inline constexpr FieldRule kReleaseFields[] = {
    {"secs", kZero, kShould, "0", kTable5},
    {"flags", kZero, kShould, "0", kTable5},
    {"ciaddr", kSet, kMust, "the address that is given back", kTable5},
    {"sname", kAny, kMay, "unused", kTable5},
    {"file", kAny, kMay, "unused", kTable5},
};
inline constexpr FieldRule kServerFields[] = {
    {"op", Content::two, kMust, "2, BOOTREPLY", kTable3},
    {"htype", kAny, kMust, "as in the client's message", kTable3},
    {"hlen", kAny, kMust, "as in the client's message", kTable3},
    {"hops", kZero, kShould, "0", kTable3},
    {"xid", kAny, kMust, "as in the client's message", kTable3},
    {"secs", kZero, kShould, "0", kTable3},
    {"giaddr", kAny, kMust, "as in the client's message", kTable3},
    {"chaddr", kAny, kMust, "as in the client's message", kTable3},
};
inline constexpr FieldRule kOfferFields[] = {
    {"flags", kAny, kMust, "as in the client's message", kTable3},
    {"ciaddr", kZero, kShould, "0", kTable3},
    {"yiaddr", kSet, kMust, "the address that is offered", kTable3},
    {"siaddr", kAny, kMay, "the server to boot from next, not who offers", kTable3},
    {"sname", kAny, kMay, "the boot server's name, or options", kTable3},
    {"file", kAny, kMay, "the boot file's name, or options", kTable3},
};
inline constexpr FieldRule kAckFields[] = {
    {"flags", kAny, kMust, "as in the client's message", kTable3},
    {"ciaddr", kAny, kMay, "as in the DHCPREQUEST, or 0", kTable3},
    {"yiaddr", kSet, kMust, "the address that is assigned", kTable3},
    {"siaddr", kAny, kMay, "the server to boot from next", kTable3},
    {"sname", kAny, kMay, "the boot server's name, or options", kTable3},
    {"file", kAny, kMay, "the boot file's name, or options", kTable3},
};
inline constexpr FieldRule kAckToInformFields[] = {
    {"flags", kAny, kMust, "as in the client's message", kTable3},
    {"ciaddr", kAny, kMay, "as in the DHCPINFORM", kTable3},
    {"yiaddr", kZero, kShould, "0: nothing is assigned", "RFC 2131 4.3.5"},
    {"siaddr", kAny, kMay, "the server to boot from next", kTable3},
    {"sname", kAny, kMay, "the boot server's name, or options", kTable3},
    {"file", kAny, kMay, "the boot file's name, or options", kTable3},
};
inline constexpr FieldRule kNakFields[] = {
    {"flags", kAny, kMust, "as in the client's message; with giaddr, the broadcast bit set",
     "RFC 2131 4.3.2"},
    {"ciaddr", kZero, kShould, "0", kTable3},
    {"yiaddr", kZero, kShould, "0", kTable3},
    {"siaddr", kZero, kShould, "0", kTable3},
    {"sname", kAny, kMay, "unused", kTable3},
    {"file", kAny, kMay, "unused", kTable3},
};
inline constexpr FieldRule kForceRenewFields[] = {
    {"op", Content::two, kMust, "2, BOOTREPLY", "RFC 3203 2"},
    {"xid", kAny, kMay, "a number that the server draws", "RFC 3203 2"},
    {"chaddr", kAny, kMay, "the client's hardware address", "RFC 3203 2"},
};
inline constexpr FieldRule kQueryFields[] = {
    {"op", Content::one, kMust, "1, BOOTREQUEST", "RFC 4388 6.2"},
    {"htype", kAny, kMay, "of chaddr, when it asks by chaddr; else 0", "RFC 4388 6.2"},
    {"hlen", kAny, kMay, "of chaddr, when it asks by chaddr; else 0", "RFC 4388 6.2"},
    {"ciaddr", kAny, kMay, "the address that it asks about; else 0", "RFC 4388 6.2"},
    {"giaddr", kSet, kMust, "who asks: the answer goes there", "RFC 4388 6.2"},
    {"chaddr", kAny, kMay, "the hardware address that it asks about; else 0", "RFC 4388 6.2"},
};
inline constexpr FieldRule kQueryAnswerFields[] = {
    {"op", Content::two, kMust, "2, BOOTREPLY", "RFC 4388 6.4"},
    {"ciaddr", kAny, kMay, "the address that is told about", "RFC 4388 6.4"},
    {"giaddr", kSet, kMust, "as in the DHCPLEASEQUERY", "RFC 4388 6.4"},
};
inline constexpr FieldRule kToServerFields[] = {
    {"op", Content::one, kMust, "1, BOOTREQUEST", "RFC 6926 7.1"},
};
inline constexpr FieldRule kToRequestorFields[] = {
    {"op", Content::two, kMust, "2, BOOTREPLY", "RFC 6926 8.1"},
};

// --- options

inline constexpr OptionRule kEveryone[] = {
    {53, kMust, "the type of the message", "RFC 2131 3"},
};
inline constexpr OptionRule kClientOptions[] = {
    {52, kMay, "file or sname hold options", kTable5},
    {53, kMust, "the type of the message", "RFC 2131 3"},
    {55, kMay, "the options that the client wants", kTable5},
    {56, kShouldNot, "", kTable5},
    {57, kMay, "the largest message that the client takes", kTable5},
    {60, kMay, "the client's vendor and model", kTable5},
    {61, kMay, "who the client is; the same in all its messages", "RFC 2131 4.2"},
    {82, kMay, "written by relay agents, always last", "RFC 3046 2.1"},
};
inline constexpr OptionRule kDiscoverOptions[] = {
    {50, kMay, "the address that the client would like", kTable5},
    {51, kMay, "how long it would like the lease", kTable5},
    {54, kMustNot, "", kTable5},
    {80, kMay, "an ACK at once will do", "RFC 4039 4"},
};
inline constexpr OptionRule kSelectingOptions[] = {
    {50, kMust, "the address that was offered", "RFC 2131 4.3.2"},
    {51, kMay, "how long it would like the lease", kTable5},
    {54, kMust, "the server whose offer is taken", "RFC 2131 4.3.2"},
    {80, kMustNot, "", "RFC 4039 4"},
};
inline constexpr OptionRule kRebootOptions[] = {
    {50, kMust, "the address that the client had", "RFC 2131 4.3.2"},
    {51, kMay, "how long it would like the lease", kTable5},
    {54, kMustNot, "", "RFC 2131 4.3.2"},
    {80, kMustNot, "", "RFC 4039 4"},
};
inline constexpr OptionRule kExtendOptions[] = {
    {50, kMustNot, "ciaddr tells the address", "RFC 2131 4.3.2"},
    {51, kMay, "how long it would like the lease", kTable5},
    {54, kMustNot, "", "RFC 2131 4.3.2"},
    {80, kMustNot, "", "RFC 4039 4"},
};
inline constexpr OptionRule kInformOptions[] = {
    {50, kMustNot, "", kTable5},
    {51, kMustNot, "", kTable5},
    {54, kMustNot, "", kTable5},
    {80, kMustNot, "", "RFC 4039 4"},
};
inline constexpr OptionRule kDeclineOptions[] = {
    {50, kMust, "the address that somebody else uses", kTable5},
    {54, kMust, "the server that gave it", kTable5},
};
inline constexpr OptionRule kReleaseOptions[] = {
    {50, kMustNot, "ciaddr tells the address", kTable5},
    {54, kMust, "the server that gave it", kTable5},
};
/// What a client that ends its lease may say.
inline constexpr OptionRule kLastWordOptions[] = {
    {53, kMust, "the type of the message", "RFC 2131 3"},
    {56, kShould, "why", kTable5},
    {61, kMay, "who the client is; MUST when its other messages say so", "RFC 2131 4.2"},
    {82, kMay, "written by relay agents, always last", "RFC 3046 2.1"},
    {90, kMay, "proof of who speaks", "RFC 3118 2"},
    {118, kMay, "the subnet that the address is of", "RFC 3011"},
};
inline constexpr OptionRule kServerOptions[] = {
    {50, kMustNot, "", kTable3},
    {53, kMust, "the type of the message", "RFC 2131 3"},
    {54, kMust, "the server that speaks", kTable3},
    {55, kMustNot, "", kTable3},
    {56, kShould, "a word for the client's user", kTable3},
    {57, kMustNot, "", kTable3},
    {60, kMay, "", kTable3},
    {61, kMay, "the client's, unchanged: MUST when it sent one, else MUST NOT", "RFC 6842 3"},
    {82, kMay, "the relay agent's, unchanged, last", "RFC 3046 2.2"},
};
inline constexpr OptionRule kOfferOptions[] = {
    {51, kMust, "how long the address may be used", kTable3},
    {52, kMay, "file or sname hold options", kTable3},
    {58, kMay, "T1; else half of the lease", "RFC 2131 4.4.5"},
    {59, kMay, "T2; else 7/8 of the lease", "RFC 2131 4.4.5"},
    {80, kMustNot, "", "RFC 4039 4"},
};
inline constexpr OptionRule kAckOptions[] = {
    {51, kMust, "how long the address may be used", kTable3},
    {52, kMay, "file or sname hold options", kTable3},
    {58, kMay, "T1; else half of the lease", "RFC 2131 4.4.5"},
    {59, kMay, "T2; else 7/8 of the lease", "RFC 2131 4.4.5"},
    {80, kMay, "only in the answer to a DHCPDISCOVER that has it", "RFC 4039 4"},
};
inline constexpr OptionRule kAckToInformOptions[] = {
    {51, kMustNot, "nothing is leased", "RFC 2131 4.3.5"},
    {52, kMay, "file or sname hold options", kTable3},
};
inline constexpr OptionRule kNakOptions[] = {
    {51, kMustNot, "", kTable3},
    {52, kMustNot, "", kTable3},
    {90, kMay, "proof of who speaks", "RFC 3118 2"},
    {118, kMay, "as in the client's message", "RFC 3011"},
};
inline constexpr OptionRule kForceRenewOptions[] = {
    {54, kMay, "the server that speaks", "RFC 2132 9.7"},
    {90, kMust, "proof of who speaks: clients drop it without", "RFC 3203 6"},
};
inline constexpr OptionRule kQueryOptions[] = {
    {55, kShould, "what it wants to know", "RFC 4388 6.2"},
    {61, kMay, "the client identifier that it asks about", "RFC 4388 6.2"},
    {82, kMay, "the relay agent information that it asks about", "RFC 6148"},
};
inline constexpr OptionRule kActiveOptions[] = {
    {51, kMay, "what is left of the lease", "RFC 4388 6.4"},
    {54, kMay, "the server that speaks", "RFC 2132 9.7"},
    {58, kMay, "what is left until T1", "RFC 4388 6.4"},
    {59, kMay, "what is left until T2", "RFC 4388 6.4"},
    {61, kMay, "the client's identifier", "RFC 4388 6.4"},
    {82, kMay, "what the relay agent said of the client", "RFC 4388 6.4"},
    {91, kMay, "how long ago the client last spoke", "RFC 4388 6.1"},
    {92, kMay, "all addresses of the client", "RFC 4388 6.1"},
};
inline constexpr OptionRule kUnknownOptions[] = {
    {54, kMay, "the server that speaks", "RFC 2132 9.7"},
    {61, kMay, "the client identifier that was asked about", "RFC 4388 6.4"},
    {82, kMay, "as in the question", "RFC 3046 2.2"},
    {90, kMay, "proof of who speaks", "RFC 3118 2"},
};
inline constexpr OptionRule kDoneOptions[] = {
    {151, kMay, "how it went", "RFC 6926 6.2.2"},
};
inline constexpr OptionRule kBulkOptions[] = {
    {61, kMay, "leases of this client", "RFC 6926 7.2"},
    {82, kMay, "leases of this relay agent or circuit", "RFC 6926 7.2"},
    {154, kMay, "leases that changed since", "RFC 6926 6.2.5"},
    {155, kMay, "leases that changed until", "RFC 6926 6.2.6"},
};

}  // namespace lessor::craft::rows
