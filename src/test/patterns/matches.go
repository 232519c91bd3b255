// Prints for each pattern which of the texts match, twice: here a pattern is always about the whole.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
)

func main() {
	var given struct{ Patterns, Texts []string }
	content, err := os.ReadFile(os.Args[1])
	if err == nil {
		err = json.Unmarshal(content, &given)
	}
	if err != nil {
		panic(err)
	}
	for _, pattern := range given.Patterns {
		matches := regexp.MustCompile(pattern)
		line := make([]byte, len(given.Texts))
		for i, text := range given.Texts {
			line[i] = '0'
			if matches.MatchString(text) {
				line[i] = '1'
			}
		}
		fmt.Printf("%s\n%s\n", line, line)
	}
}
