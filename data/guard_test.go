package data

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestPersonal(t *testing.T) {
	const mail, phone, vin, card = mailAddress, phoneNumber, vehicleNumber, cardNumber
	for _, tt := range []struct {
		name, in   string
		kind, text string // what is found; "" for text: all that is in
		masked     string
	}{
		// E-mail addresses.
		{"an address", "jo@example.com", mail, "", "j…@…"},
		{"in a sentence", "ask jo.doe@example.com, please.", mail, "jo.doe@example.com", "ask j…@…, please."},
		{"at the end of one", "Ask jo@example.com.", mail, "jo@example.com", "Ask j…@…."},
		{"in angle brackets", "Jo <jo@example.com>", mail, "jo@example.com", "Jo <j…@…>"},
		{"with a tag", "jo+breach@example.com", mail, "", "j…@…"},
		{"with a dash and digits", "x-1_2@mail-3.example.co.uk", mail, "", "x…@…"},
		{"of a domain not in ASCII", "jürgen@bücher.example", mail, "", "j…@…"},
		{"in Japanese", "太郎@例え.テスト", mail, "", "太…@…"},
		{"in Chinese with its own full stop", "用户@例子。公司", mail, "", "用…@…"},
		{"with a wide at sign", "jo＠example.com", mail, "", "j…@…"},
		{"of an encoded domain", "jo@xn--bcher-kva.xn--p1ai", mail, "", "j…@…"},
		{"of a subdomain", "jo@a.b.c.example", mail, "", "j…@…"},
		{"with a capital", "JO@EXAMPLE.COM", mail, "", "J…@…"},
		{"as a link", "mailto:jo@example.com?subject=x", mail, "jo@example.com", "mailto:j…@…?subject=x"},
		{"in the query of a URL", "https://x.example/?mail=jo@example.com&y", mail, "jo@example.com", "https://x.example/?mail=j…@…&y"},
		{"before a dash", "jo@example.com-see", mail, "jo@example.com", "j…@…-see"},
		{"before a colon", "jo@example.com: agreed", mail, "jo@example.com", "j…@…: agreed"},
		{"that is a number", "0170-1234567@example.com", mail, "", "0…@…"},

		// Phone numbers.
		{"international, in one piece", "+4917012345678", phone, "", "…78"},
		{"international, with spaces", "call +49 170 1234567 now", phone, "+49 170 1234567", "call …67 now"},
		{"international, with a zero in brackets", "+49 (0)30 123456", phone, "", "…56"},
		{"international, with hyphens", "+81-3-1234-5678", phone, "", "…78"},
		{"international, with full stops", "+33.6.12.34.56.78", phone, "", "…78"},
		{"international, with no-break spaces", "+33\u00a06\u202f12\u202f34\u202f56\u202f78", phone, "", "…78"},
		{"North American", "+1 (201) 555-0123", phone, "", "…23"},
		{"with an extension", "+12015550123x12", phone, "+12015550123", "…23x12"},
		{"behind a word and a colon", "tel:+81312345678", phone, "+81312345678", "tel:…78"},
		{"at the end of a sentence", "It is +49 30 123456. 12 people know.", phone, "+49 30 123456", "It is …56. 12 people know."},
		{"the shortest", "+12345678", phone, "", "…78"},
		{"the longest", "+123456789012345", phone, "", "…45"},
		{"with 00", "0049 170 1234567", phone, "", "…67"},
		{"Japanese", "03-1234-5678", phone, "", "…78"},
		{"Japanese mobile", "090-1234-5678", phone, "", "…78"},
		{"Japanese with other hyphens", "090\u20111234\u20115678", phone, "", "…78"},
		{"German", "0170 1234567", phone, "", "…67"},
		{"German with a slash", "030/123456", phone, "", "…56"},
		{"German with a slash between spaces", "0170 / 123 45 67", phone, "", "…67"},
		{"German with brackets", "(030) 123456", phone, "", "…56"},
		{"in brackets itself", "(0170 1234567)", phone, "0170 1234567", "(…67)"},
		{"British", "020 7946 0958", phone, "", "…58"},
		{"French", "06 12 34 56 78", phone, "", "…78"},
		{"French with full stops", "06.12.34.56.78", phone, "", "…78"},
		{"North American with brackets", "(201) 555-0123", phone, "", "…23"},
		{"behind a mask", "…78 0170 1234567", phone, "0170 1234567", "…78 …67"},
		{"behind a label", "Tel:0170 1234567", phone, "0170 1234567", "Tel:…67"},

		// Vehicle identification numbers.
		{"a vehicle", "1M8GDM9AXKP042788", vin, "", "1M8…"},
		{"a vehicle written small", "1m8gdm9axkp042788", vin, "", "1m8…"},
		{"a vehicle in a sentence", "VIN: 5GZCZ43D13S812715, red", vin, "5GZCZ43D13S812715", "VIN: 5GZ…, red"},
		{"a vehicle behind a hyphen", "VIN-5GZCZ43D13S812715", vin, "5GZCZ43D13S812715", "VIN-5GZ…"},

		// Payment cards: numbers that the networks publish for tests.
		{"Visa", "4111 1111 1111 1111", card, "", "…1111"},
		{"Visa in one piece", "card 4111111111111111.", card, "4111111111111111", "card …1111."},
		{"Visa with hyphens", "4111-1111-1111-1111", card, "", "…1111"},
		{"Visa of 13 digits", "4222222222222", card, "", "…2222"},
		{"Visa and when it ends", "4111 1111 1111 1111/2027", card, "4111 1111 1111 1111", "…1111/2027"},
		{"Visa and a year", "4111 1111 1111 1111 2027", card, "4111 1111 1111 1111", "…1111 2027"},
		{"Mastercard", "5500 0000 0000 0004", card, "", "…0004"},
		{"Mastercard of the second range", "2223003122003222", card, "", "…3222"},
		{"American Express", "3782 822463 10005", card, "", "…0005"},
		{"Discover", "6011111111111117", card, "", "…1117"},
		{"JCB", "3530111333300000", card, "", "…0000"},
		{"Diners Club", "3056 930902 5904", card, "", "…5904"},
		{"UnionPay of 19 digits", "6205500000000000004", card, "", "…0004"},
		{"with no-break spaces", "4111\u00a01111\u00a01111\u00a01111", card, "", "…1111"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.text == "" {
				tt.text = tt.in
			}
			found := Personal(tt.in)
			if len(found) != 1 || found[0].Kind != tt.kind || found[0].Text != tt.text {
				t.Fatalf("found %+v; want one %s: %q", found, tt.kind, tt.text)
			}
			if f := found[0]; tt.in[f.At:f.End] != f.Text {
				t.Errorf("says %q is at %d to %d", f.Text, f.At, f.End)
			}
			if got := MaskPersonal(tt.in); got != tt.masked {
				t.Errorf("masked: %q, want %q", got, tt.masked)
			}
		})
	}
}

func TestPersonalFindsSeveral(t *testing.T) {
	in := "jo@example.com and al@example.com, +49 170 1234567 / +81 3 1234 5678, 4111 1111 1111 1111 5500 0000 0000 0004, 1M8GDM9AXKP042788"
	want := "j…@… and a…@…, …67 / …78, …1111 …0004, 1M8…"
	if found := Personal(in); len(found) != 7 {
		t.Errorf("found %d, want 7: %+v", len(found), found)
	}
	if got := MaskPersonal(in); got != want {
		t.Errorf("masked: %q, want %q", got, want)
	}
}

func TestNotPersonal(t *testing.T) {
	for _, tt := range []struct{ name, in string }{
		{"nothing", ""},
		{"an event's position", "event 41 and event 1234567890123456"},
		{"a count", "1,250,000 records, 40000 people, 1 250 000 rows"},
		{"a count in groups of four digits", "2019 2020 2021 2022 2023"},
		{"counts with a plus sign", "+1,250,000 people, +46000, +20m"},
		{"a day", "2024-08-15"},
		{"days as they are written elsewhere", "15.08.2024, 08/15/2024, 01-02-2024"},
		{"a day and an hour", "2024-08-15 09:00:12, 01.02.2024 09:30, 08/15/2024 10:11, 01-02-2024 09, 01 02 2024 09, 01 02 2024 09 30"},
		{"a moment", "2024-08-15T09:00:00Z 2024-08-15T09:00:00+02:00 20240815T090000+0200"},
		{"a span of hours", "09:00 - 10:30, 0900-1030"},
		{"months", "09/2024-12/2024, 09/2024 - 12/24"},
		{"ids", "A-12, L-1, D-100, A-0170 1234567"},
		{"tickets", "INC-0001234567, PROJ-4111111111111111, #0170 123 4567, CHG0001234567, 00123-4567-89, 0123-45678-9"},
		{"a port", "localhost:8080, 127.0.0.1:54321"},
		{"IP addresses", "192.168.100.200, 10.0.0.1/24, 010.020.030.040, 2001:0db8:0000:0000:0000:ff00:0042:8329"},
		{"a UUID", "550e8400-e29b-41d4-a716-446655440000"},
		{"a UUID that is all digits", "41111111-1111-4111-8111-111111111111"},
		{"hashes", "d41d8cd98f00b204e9800998ecf8427e, 4111111111111111111111111111111111111111"},
		{"a hash in base64", "sha256-0+12345678abc/+12345678="},
		{"a version", "v1.22.333, 01.2345.6789, 0.0.0-20170123456789-abcdef012345, go1.26.8"},
		{"a module", "charm.land/bubbletea/v2@v2.1.1, left-pad@1.3.0"},
		{"a decimal", "0.4111111111111111, 4111111111111111.5"},
		{"a coordinate", "48.857712, 2.295100"},
		{"money", "$1,250,000.00, 4 111 111 111 EUR"},
		{"a URL with a number", "https://x.example/status/4111111111111111?tel=0170-1234567"},
		{"a URL with a handle", "https://x.example/@jo.doe"},
		{"a URL with an account", "https://jo:secret@git.example.com/x.git"},
		{"where a repository is", "git@git.example.com:team/warroom.git, jo@host.example.com:/srv/x"},
		{"a handle", "@jo, ask @jo.doe about it"},
		{"an account of a machine", "root@localhost, oracle@db1"},
		{"an at sign alone", "@ . @x. a@.com jo@ example.com jo@-"},
		{"a national number in one piece", "01701234567"},
		{"a number that is too short", "+1234567, 0170 1234"},
		{"one that is too long", "+1234567890123456, 0170 1234 5678 9012"},
		{"an international one that begins with 0", "+0170 1234567"},
		{"an ISBN", "978-0-306-40615-7, 0-306-40615-2"},
		{"bytes", "00 1a 2b 3c, 00 01 02 03 04 05 06 07 08 09"},
		{"a card with a wrong digit", "4111 1111 1111 1112"},
		{"a card of no network", "1234 5678 9012 3452, 0000 0000 0000 0000"},
		{"a card of a length that its network does not have", "411111111111116"},
		{"a card in groups of two", "41 11 11 11 11 11 11 11"},
		{"a card with two kinds of separators", "4111 1111-1111 1111"},
		{"a card in a longer number", "id_4111111111111111, x4111111111111111"},
		{"a vehicle with a wrong digit", "1M8GDM9A1KP042788"},
		{"a vehicle with an I, O or Q", "1M8GDM9AXKO042788, IM8GDM9AXKP042788, QM8GDM9AXKP042788"},
		{"a vehicle with a character missing, or too many", "1M8GDM9AXKP04278, 1M8GDM9AXKP0427880"},
		{"a vehicle that ends in letters", "1M8GDM9A0KP0427AB"},
		{"17 digits", "11111111111111111"},
		{"a long word", "internationalizat, abcdefghijklmnopq"},
		{"what masks leave", "j…@… …67 …1111 1M8… …@…"},
		{"what a redaction leaves", Mask},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if found := Personal(tt.in); len(found) > 0 {
				t.Errorf("%q: found %+v", tt.in, found)
			}
			if got := MaskPersonal(tt.in); got != tt.in {
				t.Errorf("%q became %q", tt.in, got)
			}
		})
	}
}

// Of the eleven check digits only one is right.
func TestVehicleCheckDigit(t *testing.T) {
	const word = "1M8GDM9A_KP042788"
	for _, c := range "0123456789X" {
		if got := isVehicle(strings.Replace(word, "_", string(c), 1)); got != (c == 'X') {
			t.Errorf("check digit %c: %v", c, got)
		}
	}
}

func TestLuhn(t *testing.T) {
	for d := range 10 {
		number := "7992739871" + string(rune('0'+d)) // the example of the literature: 3
		if got := luhn(number); got != (d == 3) {
			t.Errorf("%s: %v", number, got)
		}
	}
}

// personalText draws texts that are full of what the rules look at.
func personalText() *rapid.Generator[string] {
	piece := rapid.SampledFrom([]string{
		"jo@example.com", "+49 170 1234567", "0170 1234567", "4111 1111 1111 1111", "4111111111111111", "1M8GDM9AXKP042788", "(201) 555-0123",
		"…", "@", "＠", ".", "-", "+", "(", ")", "/", " ", ":", "://", "#", "0", "1", "4", "12", "1111", "2024", "a", "x", "git", "com", "é", "\u0301", "\n", "\xff", "。", "\u00a0",
	})
	return rapid.OneOf(
		rapid.Map(rapid.SliceOfN(piece, 0, 12), func(all []string) string { return strings.Join(all, "") }),
		rapid.String(),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
	)
}

func TestMaskedTextHoldsNothingPersonal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := personalText().Draw(t, "text")
		end := 0
		for _, f := range Personal(text) {
			if f.At < end || f.End <= f.At || text[f.At:f.End] != f.Text || f.Mask == "" {
				t.Fatalf("%q: %+v does not stand behind %d", text, f, end)
			}
			if utf8.RuneCountInString(f.Mask) > utf8.RuneCountInString(f.Text) || strings.Contains(f.Mask, f.Text) {
				t.Fatalf("%q: the mask %q says more than %q", text, f.Mask, f.Text)
			}
			end = f.End
		}
		masked := MaskPersonal(text)
		if found := Personal(masked); len(found) > 0 {
			t.Fatalf("%q masked is %q, which holds %+v", text, masked, found)
		}
		if again := MaskPersonal(masked); again != masked {
			t.Fatalf("%q masked twice is %q", masked, again)
		}
		if clean := Clean(text, true); Clean(MaskPersonal(clean), true) != MaskPersonal(clean) {
			t.Fatalf("%q masked is not clean", clean)
		}
	})
}

// BenchmarkPersonal is on texts of the longest length, among them such as would
// keep a rule busy that tries again and again.
func BenchmarkPersonal(b *testing.B) {
	for _, bb := range []struct{ name, part string }{
		{"prose", "Counsel agrees with the text of 15 August; A-12 waits for 1,250,000 rows. "},
		{"digits", "4"},
		{"groups", "4111 "},
		{"at signs", "a@"},
		{"domains", "a@b.cc-"},
		{"addresses", "jo@example.com "},
		{"hyphens", "1-"},
		{"URLs", "a://4 "},
	} {
		text := strings.Repeat(bb.part, MaxText/len(bb.part))
		b.Run(bb.name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				MaskPersonal(text)
			}
		})
	}
}
