// Package serve lets people work on incidents from elsewhere, with nothing but
// OpenSSH's client and a key.
//
// Who somebody is comes from the key that proved itself, in the session, never
// from the user name offered or from what an attempt to log in left behind. One
// file says whose each key is and what its owner may do; it is asked at every
// log-in and again while a session lasts.
package serve
