//go:build !testclock

package clock

const readsVariable = false
