//go:build e2e && linux

package store

const readsDisk = true
