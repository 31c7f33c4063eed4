/* sql rows|text|codes [FILE]: runs the SQL of standard input on a database in memory, or in a file.
   rows: each statement prepared and stepped, each value with its type; text: all at once through sqlite3_exec;
   codes: like rows, but of an error only its codes. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *mode;

static void show_value(sqlite3_stmt *statement, int column) {
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER: printf("%lld", sqlite3_column_int64(statement, column)); break;
    case SQLITE_FLOAT: printf("%a=", sqlite3_column_double(statement, column)); printf("%s", sqlite3_column_text(statement, column)); break;
    case SQLITE_NULL: printf("NULL"); break;
    case SQLITE_TEXT: printf("'%s'[%d]", sqlite3_column_text(statement, column), sqlite3_column_bytes(statement, column)); break;
    default: {
        const unsigned char *bytes = sqlite3_column_blob(statement, column);
        printf("x'");
        for (int n = 0; n < sqlite3_column_bytes(statement, column); n++)
            printf("%02x", bytes[n]);
        printf("'");
    }
    }
}

static void show_error(sqlite3 *db, const char *when) {
    printf("%s: error %d, extended %d", when, sqlite3_errcode(db), sqlite3_extended_errcode(db));
    printf(strcmp(mode, "codes") ? ": %s\n" : "\n", sqlite3_errmsg(db));
}

static void run_rows(sqlite3 *db, const char *script) {
    for (int number = 1; *script; number++) {
        sqlite3_stmt *statement;
        if (sqlite3_prepare_v2(db, script, -1, &statement, &script) != SQLITE_OK) {
            printf("[%d] ", number);
            show_error(db, "prepare");
            if (strchr(script, ';') == NULL)
                return;
            script = strchr(script, ';') + 1;
            continue;
        }
        if (!statement)
            continue; /* white space or a comment */
        printf("[%d]", number);
        for (int column = 0; column < sqlite3_column_count(statement); column++)
            printf(" %s:%s", sqlite3_column_name(statement, column), sqlite3_column_decltype(statement, column) ? sqlite3_column_decltype(statement, column) : "-");
        printf(sqlite3_stmt_readonly(statement) ? " (reads)\n" : " (writes)\n");
        int code, rows = 0;
        while ((code = sqlite3_step(statement)) == SQLITE_ROW && ++rows <= 2000) {
            for (int column = 0; column < sqlite3_data_count(statement); column++) {
                printf(column ? " | " : "    ");
                show_value(statement, column);
            }
            putchar('\n');
        }
        if (code != SQLITE_DONE)
            show_error(db, "step");
        else if (!sqlite3_stmt_readonly(statement))
            printf("    changes %d, in all %d, last row %lld\n", sqlite3_changes(db), sqlite3_total_changes(db), sqlite3_last_insert_rowid(db));
        sqlite3_finalize(statement);
    }
}

static int show_row(void *count, int columns, char **values, char **names) {
    for (int column = 0; column < columns; column++)
        printf("%s%s=%s", column ? ", " : "", names[column], values[column] ? values[column] : "NULL");
    putchar('\n');
    ++*(int *)count;
    return 0;
}

int main(int count, char **words) {
    static char script[1 << 20];
    sqlite3 *db;
    if (count < 2 || fread(script, 1, sizeof script - 1, stdin) == 0)
        return 99;
    mode = words[1];
    if (sqlite3_open(count > 2 ? words[2] : ":memory:", &db) != SQLITE_OK)
        return 98;
    if (strcmp(mode, "text")) {
        run_rows(db, script);
    } else {
        char *message = NULL;
        int rows = 0, code = sqlite3_exec(db, script, show_row, &rows, &message);
        printf("sqlite3_exec gives %d after %d rows: %s\n", code, rows, message ? message : "no message");
        sqlite3_free(message);
    }
    return sqlite3_close(db) == SQLITE_OK ? 0 : 2;
}
