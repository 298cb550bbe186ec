#pragma once
// What links heap_calls.cc has every call to the heap counted: malloc and its kin are replaced, and
// operator new comes through them.

/// Defined by who links it; called before each allocation, on its thread. Must not allocate, and is
/// needed before any constructor ran.
void note_heap_call();
