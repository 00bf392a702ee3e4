package io.retort.fleet.dataset;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/// A table of text cells in UTF-8, gzipped where its name ends in `.gz`. Blanks around cells are
/// not part of them.
///
/// @param name of the file as its folder calls it
record CsvFile(String name, Path path) {

    private static final CSVFormat FORMAT = CSVFormat.RFC4180.builder().setTrim(true).get();
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    /// Row by row; an empty line is a row of one empty cell.
    void forEach(Consumer<Row> rows) {
        try (Reader reader = open();
                CSVParser parser = CSVParser.builder().setReader(reader).setFormat(FORMAT).get()) {
            long line = 1;
            for (CSVRecord cells : parser) {
                rows.accept(new Row(this, line, cells));
                line = parser.getCurrentLineNumber() + 1;
            }
        } catch (CharacterCodingException e) {
            throw new InvalidDatasetException(name, "is not UTF-8", e);
        } catch (IOException e) {
            throw unreadable(e);
        } catch (UncheckedIOException e) {
            throw e.getCause() instanceof CharacterCodingException
                    ? new InvalidDatasetException(name, "is not UTF-8", e)
                    : unreadable(e);
        }
    }

    /// @param line where the row begins, from 1
    record Row(CsvFile file, long line, CSVRecord cells) {

        int size() {
            return cells.size();
        }

        String cell(int column) {
            return cells.get(column);
        }

        boolean isBlankFrom(int first) {
            for (int i = first; i < size(); i++) {
                if (!cell(i).isEmpty()) {
                    return false;
                }
            }
            return true;
        }

        float[] floats(int first) {
            float[] numbers = new float[size() - first];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = (float) number(place(first + i + 1), cell(first + i));
                if (!Float.isFinite(numbers[i])) {
                    throw new InvalidDatasetException(
                            place(first + i + 1), "'" + cell(first + i) + "' is too large");
                }
            }
            return numbers;
        }

        String place() {
            return file.name + ":" + line;
        }

        /// @param column counted from 1, as spreadsheets do
        String place(int column) {
            return place() + ", column " + column;
        }

        String place(String column) {
            return place() + ", column '" + column + "'";
        }
    }

    static double number(String place, String cell) {
        // Java's own suffixes and words (1f, NaN) are no numbers of a table.
        if (!cell.isEmpty() && !Character.isLetter(cell.charAt(cell.length() - 1))) {
            try {
                double number = Double.parseDouble(cell);
                if (Double.isFinite(number)) {
                    return number;
                }
            } catch (NumberFormatException e) {
                throw new InvalidDatasetException(place, "'" + cell + "' is not a number", e);
            }
        }
        throw new InvalidDatasetException(place, "'" + cell + "' is not a finite number");
    }

    private Reader open() throws IOException {
        InputStream bytes = new BufferedInputStream(Files.newInputStream(path));
        try {
            InputStream text = name.endsWith(".gz") ? new GZIPInputStream(bytes, 1 << 16) : bytes;
            PushbackReader reader =
                    new PushbackReader(
                            new InputStreamReader(text, StandardCharsets.UTF_8.newDecoder()));
            int first = reader.read();
            if (first != -1 && first != BYTE_ORDER_MARK) {
                reader.unread(first);
            }
            return reader;
        } catch (IOException e) {
            bytes.close();
            throw e;
        }
    }

    private InvalidDatasetException unreadable(Exception cause) {
        return new InvalidDatasetException(name, "cannot be read: " + cause.getMessage(), cause);
    }
}
