package io.retort.access;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Every way into a service, and who may take it. What no row names is refused.
public final class AccessTable {

    private final List<Row> rows;
    private final Map<String, List<Pattern>> patterns = new HashMap<>();

    private AccessTable(List<Row> rows) {
        this.rows = rows;
        Set<String> seen = new HashSet<>();
        for (Row row : rows) {
            if (!seen.add(row.method() + " " + row.pattern())) {
                throw new IllegalArgumentException(
                        row.method() + " " + row.pattern() + " has two rows");
            }
            patterns.computeIfAbsent(row.method(), _ -> new ArrayList<>()).add(new Pattern(row));
        }
        // As Spring MVC prefers them.
        patterns.values().forEach(all -> all.sort(Comparator.comparingInt(Pattern::variables)));
    }

    public static AccessTable of(Row... rows) {
        return new AccessTable(List.of(rows));
    }

    public List<Row> rows() {
        return rows;
    }

    /// @param path decoded, without parameters
    @Nullable Row row(String method, String path) {
        Row row = find(method, path);
        return row == null && method.equals("HEAD") ? find("GET", path) : row;
    }

    /// Whether a row is about exactly this mapping.
    boolean names(String method, String pattern) {
        return rows.stream()
                .anyMatch(row ->
                        row.pattern().equals(pattern)
                                && (row.method().equals(method)
                                        || (method.equals("HEAD") && row.method().equals("GET"))));
    }

    private @Nullable Row find(String method, String path) {
        List<Pattern> candidates = patterns.get(method);
        if (candidates != null) {
            for (Pattern pattern : candidates) {
                if (pattern.matches(path)) {
                    return pattern.row;
                }
            }
        }
        return null;
    }

    /// Walks a path in place: every request comes by.
    private static final class Pattern {

        private static final String VARIABLE = "";

        private final Row row;
        private final String[] segments;

        Pattern(Row row) {
            this.row = row;
            this.segments = row.pattern().substring(1).split("/", -1);
            for (int i = 0; i < segments.length; i++) {
                if (segments[i].startsWith("{")) {
                    segments[i] = VARIABLE;
                }
            }
        }

        int variables() {
            int variables = 0;
            for (String segment : segments) {
                variables += segment.isEmpty() ? 1 : 0;
            }
            return variables;
        }

        boolean matches(String path) {
            int at = 0;
            for (String segment : segments) {
                if (at >= path.length() || path.charAt(at) != '/') {
                    return false;
                }
                int from = at + 1;
                int to = path.indexOf('/', from);
                at = to < 0 ? path.length() : to;
                if (segment.isEmpty()
                        ? at == from
                        : at - from != segment.length() || !path.startsWith(segment, from)) {
                    return false;
                }
            }
            return at == path.length();
        }
    }
}
