<?php
// Prints for each pattern which of the texts match, as a whole and in UTF-8, and as the pattern is and byte by byte.
$given = json_decode(file_get_contents($argv[1]), true, 512, JSON_THROW_ON_ERROR);
foreach ($given['patterns'] as $pattern) {
    foreach (['uD', ''] as $flags) {
        $line = '';
        foreach ($given['texts'] as $text) {
            $matches = preg_match("\x01" . $pattern . "\x01" . $flags, $text);
            if ($matches === false) {
                throw new Exception($pattern . ': ' . preg_last_error_msg());
            }
            $line .= $matches;
        }
        echo $line, "\n";
    }
}
