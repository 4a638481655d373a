package kit

import "regexp"

// keyMark is how a sentence names a key: the action and the action's own key.
var keyMark = regexp.MustCompile(`\{([a-z-]+) ([^ {}]+)\}`)

// Keyed returns a sentence with the keys that a person has set. In the sentence,
// "{add a} adds one" names the key of the action add, which is "a" by default. Put
// people's own text in afterwards: it may have braces.
func Keyed(sentence string, keys map[string][]string) string {
	return keyMark.ReplaceAllStringFunc(sentence, func(mark string) string {
		part := keyMark.FindStringSubmatch(mark)
		if own := keys[part[1]]; len(own) > 0 {
			return own[0]
		}
		return part[2]
	})
}
