// Package cli is the command tree. One tree serves three doors: the shell on
// this machine ([Main]), the board's command line and SSH (both through a
// [Runner]). The same words do the same and fail with the same message.
//
// What a command has to say to a program goes to standard output: an id, a
// path, a list, JSON. What it says to the person beside that goes to standard
// error: how a time was understood, what else is worth knowing, errors.
//
// Rules for messages. An error is one line, "warroom: what is wrong", in lower
// case, without a final stop, and names the thing it is about. Where there is
// something to do, a second line says so: "hint: what to do". The exit status is
// the error's data.Class: 1 refused or failed, 2 usage, 3 conflict, 4 not
// permitted, 5 not an incident file or a damaged one. Nothing is coloured but
// help on a terminal, and text from people is cleaned before it is printed.
//
// A reader that goes away (warroom log | head) ends a command quietly.
package cli

// Main runs the program on the process's own terminal, with its arguments and
// environment, and returns the exit status.
func Main() int { return newShell().main() }
