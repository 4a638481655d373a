// Command warroom is a terminal dashboard for the people who handle a
// personal-data breach together.
package main

func main() {}
