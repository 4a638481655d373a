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
//
// Where a thing belongs:
//
//	vocab.go     the closed lists of words (severity, state, standing …)
//	field.go     what a field is: how it is parsed, shown, checked, and who may change it
//	kind.go      the registry of kinds, and what every entity has in common
//	incident.go, action.go, claim.go, source.go, entry.go
//	             the entities, each with its table of fields and its rule
//	event.go     the kinds of events and their stored form
//	redact.go    masking what an event says
//	newer.go     what a newer warroom recorded, and this one does not know
//	undo.go     what one can take back, and what that records
//	history.go   what a field was, and who changed it
//	near.go      reading an id, and the ids that a mistyped one is near
//	state.go     the fold, its loader, and the counts it keeps
//	overview.go  what the first screen shows
//	fall.go      what falls with a source
//	thirdparty.go
//	             what the third party was asked, promised and said
//	news.go, delta.go
//	             what changed since somebody looked
//	filter.go, filterparse.go, filterspan.go, filterwords.go
//	             which items are wanted: what a filter means, how it is read
//	query.go     which actions in which order
//	time.go, when.go
//	             times known roughly, and as people write them
//	clean.go, errors.go, safe.go
//	             text made safe, failures, goroutines
package data
