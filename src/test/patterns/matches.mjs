// Prints for each pattern which of the texts match, with the flag that JSON Schema recommends and without.
import { readFileSync } from 'node:fs';

const { patterns, texts } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
for (const pattern of patterns) {
  for (const regex of [new RegExp(pattern, 'u'), new RegExp(pattern)]) {
    console.log(texts.map((text) => (regex.test(text) ? 1 : 0)).join(''));
  }
}
