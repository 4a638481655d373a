// Package clock tells the time to the program. All code that is not a test asks
// this package for the time, or is told it.
//
// A build with the tag testclock reads WARROOM_TEST_NOW, so that tests can run on
// any day. A build without the tag does not look at it.
package clock

import "time"

// Now returns the time.
func Now() time.Time { return now() }
