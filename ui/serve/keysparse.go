package serve

import (
	"bytes"
	"crypto/rsa"
	"fmt"
	"net/netip"
	"path"
	"slices"
	"strings"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"warroom/data"
)

// parseKeys reads the text of a file of keys. Lines that are wrong let nobody in,
// and are told.
func parseKeys(text []byte) (grants []*Grant, wrong []error) {
	lines := map[string]int{}
	for i, line := range bytes.Split(text, []byte("\n")) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		g, err := parseKey(line)
		if err == nil {
			g.Line = i + 1
			if first := lines[g.Fingerprint()]; first > 0 {
				err = data.Refuse("it is the same key as in line %d", first).WithHint("a key has one line; remove the other")
			}
		}
		if err != nil {
			e := data.Refuse("line %d: %v", i+1, err)
			e.Hint = data.HintOf(err)
			wrong = append(wrong, e)
			continue
		}
		lines[g.Fingerprint()] = g.Line
		grants = append(grants, g)
	}
	return grants, wrong
}

// parseKey reads one line.
func parseKey(line []byte) (*Grant, error) {
	if len(line) > maxKeysLine {
		return nil, data.Refuse("it is longer than %d bytes", maxKeysLine)
	}
	key, comment, options, rest, err := gossh.ParseAuthorizedKey(line)
	if err != nil || len(rest) > 0 {
		return nil, data.Refuse("it is no public key").WithHint("a line is: role=\"responder\" ssh-ed25519 AAAA… NAME")
	}
	if err := checkKey(key); err != nil {
		return nil, err
	}
	g := &Grant{Role: data.Viewer, Key: key, Comment: strings.TrimSpace(data.Line(comment))}
	if g.Actor, err = actorOf(comment); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, option := range options {
		name, value, _ := strings.Cut(option, "=")
		name = strings.ToLower(name)
		if seen[name] {
			return nil, data.Refuse("the option %s is there twice", data.Line(name))
		}
		seen[name] = true
		if err := g.option(name, unquote(value)); err != nil {
			return nil, err
		}
	}
	return g, nil
}

func unquote(s string) string {
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		s = strings.ReplaceAll(s[1:len(s)-1], `\"`, `"`)
	}
	return s
}

// option takes one option of a line.
func (g *Grant) option(name, value string) (err error) {
	switch name {
	case "role":
		var ok bool
		if g.Role, ok = data.ParseRole(value); !ok {
			return data.Refuse("there is no role %q", short(value)).WithHint("one of: viewer, responder, lead")
		}
	case "rooms":
		g.Rooms, err = patterns("rooms", value)
	case "from":
		if g.From, err = patterns("from", value); err != nil {
			return err
		}
		for _, p := range g.From {
			if err := checkFrom(p); err != nil {
				return err
			}
		}
	case "expiry-time":
		g.Until, err = parseExpiry(value)
	default:
		return data.Refuse("there is no option %q", short(name)).WithHint("there are role, rooms, expiry-time and from; nothing else that OpenSSH's options allow exists here")
	}
	return err
}

// patterns reads a list of patterns in which * and ? stand for other characters,
// and a ! in front for what is not meant.
func patterns(name, value string) ([]string, error) {
	all := strings.Split(value, ",")
	for i, p := range all {
		all[i] = strings.TrimSpace(p)
		bare := strings.TrimPrefix(all[i], "!")
		if _, err := path.Match(bare, ""); err != nil || bare == "" {
			return nil, data.Refuse("the option %s has the pattern %q", name, short(p)).WithHint("patterns are separated by commas, as in toyota*,exercise")
		}
	}
	return all, nil
}

// checkFrom takes addresses, nets and patterns of addresses. A host's name would
// have to be asked for, of whoever answers.
func checkFrom(pattern string) error {
	p := strings.TrimPrefix(pattern, "!")
	net, netErr := netip.ParsePrefix(p)
	one, oneErr := netip.ParseAddr(p)
	switch {
	case netErr == nil && net != net.Masked():
		return data.Refuse("the net %s has an address in it", p).WithHint("write %s for all of the net, or %s alone", net.Masked(), net.Addr())
	case netErr == nil, oneErr == nil && one.Zone() == "":
		return nil
	case strings.Trim(p, "0123456789abcdefABCDEF.:*?") == "" && strings.ContainsAny(p, "*?"):
		return nil
	}
	return data.Refuse("from is for addresses, not %q", short(pattern)).WithHint("write 192.0.2.7, 192.0.2.* or 192.0.2.0/24; names of hosts are not looked up")
}

// parseExpiry reads a time as OpenSSH writes it: YYYYMMDD[HHMM[SS]], in the
// machine's zone, or in UTC with a Z.
func parseExpiry(value string) (time.Time, error) {
	digits, utc := strings.CutSuffix(strings.ToUpper(value), "Z")
	zone := time.Local
	if utc {
		zone = time.UTC
	}
	for _, layout := range []string{"20060102", "200601021504", "20060102150405"} {
		if len(layout) == len(digits) {
			if t, err := time.ParseInLocation(layout, digits, zone); err == nil {
				return t, nil
			}
		}
	}
	return time.Time{}, data.Refuse("expiry-time %q is no time", short(value)).WithHint("write 20261231 or 202612311800Z")
}

// actorOf returns who the comment of a key says: all of it up to an @.
func actorOf(comment string) (data.Actor, error) {
	name, _, _ := strings.Cut(comment, "@")
	name = strings.TrimSpace(data.Line(name))
	switch {
	case name == "":
		return "", data.Refuse("the key has no name behind it").WithHint("write whose it is at the end of the line: ssh-ed25519 AAAA… NAME")
	case len(name) > 100:
		return "", data.Refuse("a name of %d bytes is too long", len(name)).WithHint("the most is 100")
	case data.Actor(name) == data.TemplateAuthor:
		return "", data.Refuse("nobody can be called %q: it is who records what a template brings", name)
	}
	return data.Actor(name), nil
}

// keyTypes are the kinds of keys that open the door.
var keyTypes = []string{gossh.KeyAlgoED25519, gossh.KeyAlgoSKED25519, gossh.KeyAlgoECDSA256, gossh.KeyAlgoSKECDSA256, gossh.KeyAlgoRSA}

const leastRSA = 3072 // bits

func checkKey(key gossh.PublicKey) error {
	if !slices.Contains(keyTypes, key.Type()) {
		return data.Refuse("a key of the type %s is not taken", short(key.Type())).WithHint("make one with ssh-keygen -t ed25519")
	}
	if k, ok := key.(gossh.CryptoPublicKey); ok {
		if r, ok := k.CryptoPublicKey().(*rsa.PublicKey); ok && r.N.BitLen() < leastRSA {
			return data.Refuse("an RSA key of %d bits is too weak", r.N.BitLen()).WithHint("make one with ssh-keygen -t ed25519")
		}
	}
	return nil
}

// short is a text of the file on one line of a message.
func short(s string) string {
	r := []rune(data.Line(s))
	if len(r) > 60 {
		return fmt.Sprintf("%s…", string(r[:59]))
	}
	return string(r)
}
