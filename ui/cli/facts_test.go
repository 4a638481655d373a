package cli

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"warroom/data"
)

// facts is every item of the sheet of facts about the incident, in its words
// and its order, with the id under which show has it in the sample and what it
// must say there.
var facts = []struct {
	item string
	id   string
	says []string
}{
	// The source
	{"the article (Indonesian, Radar Mukomuko, August 2024)", "S-1", []string{`"publisher": "Radar Mukomuko"`, `"language": "Indonesian"`, "Published in August 2024"}},

	// Who
	{"Toyota, a global car maker", "F-1", []string{"The organisation is Toyota, a global car maker"}},
	{"Toyota, a global car maker", "incident", []string{`"organisation": "Toyota"`}},
	{"The affected people are its customers", "F-1", []string{"The affected people are its customers"}},
	{"an IT service provider that runs customer-data management systems and customer-service platforms for Toyota", "F-2",
		[]string{"IT service provider", "customer-data management systems and customer-service platforms for Toyota"}},
	{"It had access to a very sensitive customer database", "F-3", []string{"access to a very sensitive customer database"}},
	{"Its name has not been officially disclosed", "F-4", []string{"has not been officially disclosed"}},
	{"Its name has not been officially disclosed", "incident", []string{`"third_party": "IT service provider, name not officially disclosed"`}},
	{"cybersecurity firms helping with the investigation", "F-5", []string{"Cybersecurity firms are helping with the investigation"}},
	{"authorities and law enforcement", "F-6", []string{"Authorities and law enforcement are involved"}},

	// What
	{"names: reported", "names", []string{`"exposure": "reported"`}},
	{"addresses: reported", "addresses", []string{`"exposure": "reported"`}},
	{"phone numbers: reported", "phone-numbers", []string{`"exposure": "reported"`}},
	{"vehicle details: reported", "vehicle-details", []string{`"exposure": "reported"`}},
	{"transaction data: reported in some cases", "transaction-data", []string{`"exposure": "reported-in-some-cases"`}},
	{"vehicle service history: reported in some cases", "service-history", []string{`"exposure": "reported-in-some-cases"`}},
	{"names, addresses, phone numbers, vehicle details", "F-7", []string{"names, addresses, phone numbers and vehicle details"}},
	{"transaction data, vehicle service history", "F-8", []string{"In some cases transaction data and vehicle service history"}},
	{"Number of people or records, in total or by category: not stated", "F-9", []string{"number of people or records, in total or by category, is not stated"}},

	// When
	{"mid-August 2024: the leak is reported to have happened: approximate", "F-10", []string{"mid-August 2024", `"happened": "~2024-08-15"`}},
	{"15 August 2024: Toyota becomes aware of the breach: day", "F-11", []string{"becomes aware of the breach on 15 August 2024", "no hour and no time zone given", `"happened": "2024-08-15"`}},
	{"15 August 2024: Toyota becomes aware of the breach: day", "incident", []string{`"aware": "2024-08-15"`}},
	{"after the first investigation, August 2024: confirms that customer data leaked through the third party: month", "F-12",
		[]string{"After the first investigation, in August 2024, Toyota confirms that customer data leaked through the third party", `"happened": "2024-08"`}},
	{"since then: work with authorities and cybersecurity firms to assess the impact and fix weaknesses: ongoing", "F-13",
		[]string{"works with authorities and cybersecurity firms to assess the impact and fix weaknesses (ongoing)", `"happened": null`}},

	// Where
	{"Global; above all where Toyota's market share is large: North America, Europe, Asia", "F-14",
		[]string{"global, above all in the regions where Toyota's market share is large: North America, Europe and Asia"}},
	{"Customers there have begun to receive notices and are asked to watch their account activity", "F-15",
		[]string{"have begun to receive notices and are asked to watch their account activity more closely"}},
	{"North America", "north-america", []string{`"notices": "begun"`, "watch their account activity more closely", "Numbers are not stated"}},
	{"Europe", "europe", []string{`"notices": "begun"`, "watch their account activity more closely", "Numbers are not stated"}},
	{"Asia", "asia", []string{`"notices": "begun"`, "watch their account activity more closely", "Numbers are not stated"}},
	{"Numbers by region: not stated", "F-16", []string{"Numbers by region are not stated"}},

	// Why
	{"A security gap in the third party's systems (reported)", "F-17", []string{"a security gap in the third party's systems", `"standing": "reported"`}},
	{"did not put adequate security measures in place, or a weakness allowed unauthorised access (alternatives, neither confirmed)", "F-18",
		[]string{"did not put adequate security measures in place, or a weakness allowed unauthorised access", "alternatives; neither is confirmed"}},
	{"First analysis: possibly a cyber attack aimed at the third-party provider", "F-19", []string{"may have been caused by a cyber attack aimed at the third-party provider"}},
	{"Dependence on third parties for information systems raises the risk (contributing factor)", "F-20",
		[]string{"Dependence on third parties for information systems raises the risk", "contributing factor"}},

	// How: 1. Customer notification
	{"Customer notification", "notification", []string{`"name": "Customer notification"`}},
	{"Notices sent to affected customers promptly: explain the incident", "A-1", []string{"Send notices to affected customers", "explain the incident", "promptly"}},
	{"guidance on preventive steps", "A-2", []string{"guidance on preventive steps"}},
	{"how to monitor account activity", "A-3", []string{"how to monitor account activity"}},
	{"how to protect oneself from fraud", "A-4", []string{"how to protect oneself from fraud"}},
	{"Customer notification", "F-21", []string{"sent to affected customers promptly", "explain the incident", "guidance on preventive steps", "monitor account activity", "protect oneself from fraud"}},
	// 2. Investigation and audit
	{"Investigation and audit", "investigation", []string{`"name": "Investigation and audit"`}},
	{"With cybersecurity firms: in-depth investigation", "A-5", []string{"Investigate in depth with cybersecurity firms"}},
	{"system audit to find the source of the breach and close weaknesses", "A-6", []string{"System audit to find the source of the breach and close weaknesses"}},
	{"assessment of the third party's compliance with security standards", "A-7", []string{"Assessment of the third party's compliance with security standards"}},
	{"Investigation and audit", "F-22", []string{"with cybersecurity firms", "in-depth investigation", "system audit", "compliance with security standards"}},
	// 3. Security remediation
	{"Security remediation", "remediation", []string{`"name": "Security remediation"`}},
	{"update security protocols", "A-8", []string{"Update security protocols"}},
	{"strengthen data encryption", "A-9", []string{"Strengthen data encryption"}},
	{"improve access control", "A-10", []string{"Improve access control"}},
	{"Stricter safeguards against a repeat", "F-23", []string{"stricter safeguards against a repeat", "data encryption", "access control"}},
	// 4. Customer support
	{"Customer support", "support", []string{`"name": "Customer support"`}},
	{"credit monitoring, free of charge", "A-11", []string{"credit monitoring, free of charge"}},
	{"identity-protection services, free of charge", "A-12", []string{"identity protection, free of charge"}},
	{"a dedicated hotline for questions and concerns", "A-13", []string{"dedicated hotline", "questions and concerns"}},
	{"Support services for affected customers", "F-24", []string{"support services for affected customers", "identity-protection services, free of charge", "dedicated hotline for questions and concerns"}},
	// 5. Cooperation with authorities
	{"Cooperation with authorities", "authorities", []string{`"name": "Cooperation with authorities"`}},
	{"Coordinate with authorities and law enforcement to handle the incident lawfully", "A-14", []string{"Coordinate with authorities and law enforcement", "handle the incident lawfully"}},
	{"have the breach seriously investigated", "A-15", []string{"Have the breach seriously investigated"}},
	{"Cooperation with authorities", "F-25", []string{"coordinates with authorities and law enforcement", "lawfully", "seriously investigated"}},

	// Risks named
	{"Fraud and identity theft using the leaked data (to customers)", "R-1", []string{"Fraud and identity theft using the leaked data", `"to": "customers"`}},
	{"Reputation", "R-2", []string{"reputation"}},
	{"customer trust", "R-3", []string{"customer trust"}},
	{"Legal consequences", "R-4", []string{"Legal consequences"}},
	{"Financial consequences", "R-5", []string{"Financial consequences"}},
	{"Long-term impact: still being assessed", "R-6", []string{"Long-term impact, still being assessed"}},

	// Lessons named
	{"A better risk-mitigation strategy for managing third-party partnerships", "X-1", []string{"better risk-mitigation strategy for managing third-party partnerships"}},
	{"More transparency; more security controls", "X-2", []string{"More transparency; more security controls"}},

	// What remains open
	{"How many people, in total", "Q-1", []string{"How many people are affected, in total?", `"state": "open"`, `"answer": null`}},
	{"by region", "Q-2", []string{"by region?", `"state": "open"`}},
	{"by category", "Q-3", []string{"by category?", `"state": "open"`}},
	{"Who is the third party", "Q-4", []string{"Who is the third party?", `"state": "open"`}},
	{"Exactly when did the intrusion begin and end", "Q-5", []string{"Exactly when did the intrusion begin and end?", `"state": "open"`}},
	{"How did the attacker get in", "Q-6", []string{"How did the attacker get in?", `"state": "open"`}},
	{"Which countries", "Q-7", []string{"Which countries", `"state": "open"`}},
	{"Which authorities were notified, and when", "Q-8", []string{"Which authorities were notified, and when?", `"state": "open"`}},
}

func TestEveryFactIsInTheSample(t *testing.T) {
	d := newDesk(t, "toyota-2024")
	for _, f := range facts {
		out := d.run("show " + f.id + " --json")
		for _, want := range f.says {
			if !strings.Contains(out, want) {
				t.Errorf("%s: %s does not say %q:\n%s", f.item, f.id, want, out)
			}
		}
	}
}

// Everything in the sample stands in the sheet of facts: there is no item that
// the list above does not name, and no number that is not there.
func TestNothingElseIsInTheSample(t *testing.T) {
	var (
		digits  = regexp.MustCompile(`[0-9]+`)
		numbers = []string{"15", "2024"} // the day and the year; the rest are ids
		words   = regexp.MustCompile(`(?i)\b(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|millions?)\b`)
		dates   = []string{"2024-08-15", "~2024-08-15", "2024-08"} // aware, the leak, its confirmation
	)
	d := newDesk(t, "toyota-2024")
	named := map[data.Ref]bool{}
	for _, f := range facts {
		named[data.Ref(f.id)] = true
	}
	for _, spec := range data.Specs() {
		items, err := d.Store.As("maria", data.Lead).List(t.Context(), spec.Kind)
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range items {
			ref := item.Info().Ref
			if !named[ref] {
				t.Errorf("%s is in the sample and in no fact: %s", ref, item.Name())
			}
			for _, f := range spec.Fields {
				v := f.Get(item)
				switch {
				case v == "" || f.Internal || f.Type == data.RefType:
				case f.Type == data.TimeType:
					if !slices.Contains(dates, v) {
						t.Errorf("%s: %s is %s, a date that is in no fact", ref, f.Key, v)
					}
				case f.Type == data.NumberType || f.Type == data.SpanType:
					t.Errorf("%s: %s is %s, and no fact has a figure", ref, f.Key, v)
				default:
					for _, n := range digits.FindAllString(v, -1) {
						if !slices.Contains(numbers, n) {
							t.Errorf("%s: %s has the number %s, which is in no fact: %s", ref, f.Key, n, v)
						}
					}
					for _, n := range words.FindAllString(v, -1) {
						if ref != "S-1" || n != "five" { // the references that the article lists
							t.Errorf("%s: %s has the number %s, which is in no fact: %s", ref, f.Key, n, v)
						}
					}
				}
			}
		}
	}
}

// All of the sample is reported, none of it confirmed; and nobody has said who
// does what, by when, or how it goes.
func TestTheSampleOnlyReports(t *testing.T) {
	d := newDesk(t, "toyota-2024")
	for _, spec := range data.Specs() {
		items, err := d.Store.As("maria", data.Lead).List(t.Context(), spec.Kind)
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range items {
			var o map[string]any
			if err := json.Unmarshal([]byte(d.run("show "+string(item.Info().Ref)+" --json")), &o); err != nil {
				t.Fatal(err)
			}
			for _, key := range []string{"owner", "due", "priority", "status", "lead", "severity", "phase", "commander", "answer", "waits_for", "promise"} {
				if o[key] != nil {
					t.Errorf("%s: %s is %v, and nobody has said it", o["id"], key, o[key])
				}
			}
			if standing, ok := o["standing"]; ok && standing != "reported" {
				t.Errorf("%s: standing is %v, not reported", o["id"], standing)
			}
		}
	}
}
