package ui

import (
	"strings"

	"warroom/data"
)

// amountField is what the form of a claim asks for in the place of three numbers:
// how many there are, in one line. Made once, and never changed.
var amountField = &data.Field{Key: "number", Label: "Number", Type: data.LineType, Required: true}

// amountMeans says how a number that is being typed is understood, or how one is
// written.
func amountMeans(text, unit string) string {
	if strings.TrimSpace(text) == "" {
		return data.AmountUse
	}
	a, err := data.ParseAmount(text)
	if err != nil {
		return withHint(err, nil)
	}
	if unit == "" {
		unit = "people or records, as you choose above"
	}
	return "understood: " + a.Words() + " " + unit
}

// sayAmount says below the number of a claim how it is understood.
func (p *formPage) sayAmount() {
	p.form.Say(amountField.Key, amountMeans(p.form.Text(amountField.Key), p.form.Text("unit")))
}

// amountOf returns the text of a number from the draft of an older form, which
// asked for its three parts.
func amountOf(parts map[string]string) string {
	low, best, high := parts["low"], parts["best"], parts["high"]
	switch {
	case low == "" && best == "" && high == "":
		return ""
	case low == "" && high == "":
		return best
	}
	return low + ".." + best + ".." + high
}
