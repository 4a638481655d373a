package serve

import (
	"syscall"
	"time"
)

// changedAt returns when a file, its mode or its name was changed last.
func changedAt(s *syscall.Stat_t) time.Time { return time.Unix(s.Ctim.Sec, s.Ctim.Nsec) }
