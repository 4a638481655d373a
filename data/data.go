// Package data says what an incident is: its entities and their fields, the
// events that change them, the rules, and the fold that turns a log of events
// into the state of the incident.
//
// It is pure: the standard library only, no input or output, no clock, no
// randomness. What depends on the time is told the time.
//
// Unknown is a value. The zero value of every field means that nobody has said;
// it is stored as NULL, exported as null and shown as "unknown", and is never
// turned into a zero, a blank or a default.
package data
