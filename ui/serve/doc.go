// Package serve lets people work on incidents from elsewhere, with nothing but
// OpenSSH's client and a key.
//
// Who somebody is comes from the key that proved itself, in the session, never
// from the user name offered or from what an attempt to log in left behind. One
// file says whose each key is and what its owner may do; it is asked at every
// log-in and again while a session lasts.
//
// Where a thing belongs:
//
//	keys.go       the file of keys; keysparse.go reads it, keysedit.go changes it
//	keyring.go    the file as it stands now
//	hostkey.go    the server's own key
//	serve.go      the server: log-in, limits, the sweep that ends sessions
//	gate.go       who has connected and has no session yet
//	failures.go   who fails to log in, and is shut out for it
//	journal.go    what is logged of them
//	session.go    one session: what a client may ask, its terminal, its end
//	typed.go      what is typed, read ahead
//	run.go        what a session does: the room, a command or the board
package serve
