package io.retort.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class AccessTableTests {

    private static final Row ITEMS = Row.get("/items", Role.READER);
    private static final Row ITEM = Row.get("/items/{id}", Role.READER);
    private static final Row ACTIVE = Row.get("/items/active", Role.STATION);
    private static final Row PUT = Row.put("/items/{id}/parts/{part}", Role.PUBLISHER);

    private final AccessTable table = AccessTable.of(ITEMS, ITEM, ACTIVE, PUT);

    @Test
    void aPathIsOfTheRowWhoseSegmentsItHas() {
        assertThat(table.row("GET", "/items")).isSameAs(ITEMS);
        assertThat(table.row("GET", "/items/7")).isSameAs(ITEM);
        assertThat(table.row("PUT", "/items/7/parts/a.b-c")).isSameAs(PUT);
    }

    @Test
    void aLiteralIsPreferredToAVariable() {
        assertThat(table.row("GET", "/items/active")).isSameAs(ACTIVE);
    }

    @Test
    void headIsWhatGetIs() {
        assertThat(table.row("HEAD", "/items/7")).isSameAs(ITEM);
        assertThat(table.row("HEAD", "/items/7/parts/a")).isNull();
    }

    @Test
    void nothingElseHasARow() {
        for (String path :
                List.of(
                        "",
                        "/",
                        "items",
                        "/item",
                        "/itemsx",
                        "/Items",
                        "/items/",
                        "//items",
                        "/items//",
                        "/items/7/",
                        "/items/7/8",
                        "/items/7/parts",
                        "/x/items")) {
            assertThat(table.row("GET", path)).as(path).isNull();
        }
        for (String method : List.of("POST", "DELETE", "OPTIONS", "TRACE", "PATCH", "get", "")) {
            assertThat(table.row(method, "/items")).as(method).isNull();
        }
    }

    @Test
    void aWildcardOrASecondRowForTheSameIsRefused() {
        assertThatThrownBy(() -> Row.get("/items/**", Role.READER))
                .hasMessageContaining("/items/**");
        assertThatThrownBy(() -> Row.get("items", Role.READER)).hasMessageContaining("items");
        assertThatThrownBy(() -> AccessTable.of(ITEMS, Row.get("/items", Role.STATION)))
                .hasMessage("GET /items has two rows");
    }
}
