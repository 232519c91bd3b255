# Prints for each pattern which of the texts match, as a whole and as the pattern is.
require 'json'

given = JSON.parse(File.read(ARGV[0], encoding: 'UTF-8'))
given['patterns'].each do |pattern|
  [/\A(?:#{pattern})\z/, /#{pattern}/].each do |regexp|
    puts given['texts'].map { |text| regexp.match?(text) ? 1 : 0 }.join
  end
end
