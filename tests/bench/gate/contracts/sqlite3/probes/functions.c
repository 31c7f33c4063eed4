/* functions NAME: what the functions of the C interface give. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static sqlite3 *db;

/* One call, and what it returned: within one printf the order of several calls is the compiler's. */
#define SHOW(call) printf("    %s = %d\n", #call, (int)(call))

static int show_row(void *unused, int columns, char **values, char **names) {
    for (int column = 0; column < columns; column++)
        printf("%s%s=%s", column ? ", " : "    ", names[column], values[column] ? values[column] : "NULL");
    putchar('\n');
    return 0;
}

static void sql(const char *text) {
    char *message = NULL;
    int code = sqlite3_exec(db, text, show_row, NULL, &message);
    if (code != SQLITE_OK)
        printf("    %d: %s\n", code, message ? message : "no message");
    sqlite3_free(message);
}

static sqlite3_stmt *prepared(const char *text) {
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(db, text, -1, &statement, NULL);
    if (code != SQLITE_OK)
        printf("    prepare %d\n", code);
    return statement;
}

static void result_codes(void) { for (int n = 0; n <= 28; n++) printf("%d '%s'\n", n, sqlite3_errstr(n)); printf("%s, %s\n", sqlite3_errstr(100), sqlite3_errstr(101)); }
static void version(void) { printf("%s %d %s\n", sqlite3_libversion(), sqlite3_libversion_number(), sqlite3_sourceid()); }
static void options(void) { const char *each; for (int n = 0; (each = sqlite3_compileoption_get(n)); n++) puts(each); }

static void printing(void) {
    char small[8];
    char *made = sqlite3_mprintf("%d|%5.2f|%q|%Q|%w|%s|%x|%c|%%|%lld|%z", -5, 3.14159, "it's", "it's", "a\"b", "text", 255, 'c', 1LL << 40, sqlite3_mprintf("inner"));
    puts(made);
    sqlite3_free(made);
    puts(sqlite3_snprintf(sizeof small, small, "%s", "longer than eight"));
    made = sqlite3_mprintf("%g %e %f %.15g %!.15g %G", 1e10, 1e-10, 1e15, 0.1, 0.1, 123456789.0);
    puts(made);
    sqlite3_free(made);
    made = sqlite3_mprintf("[%*d] [%-*s] [%+d] [% d] [%05d] [%,d] [%#o]", 6, 42, 6, "ab", 5, 5, 5, 1234567, 8);
    puts(made);
    sqlite3_free(made);
}

static void string_builder(void) {
    sqlite3_str *text = sqlite3_str_new(NULL);
    sqlite3_str_appendf(text, "%d-%s", 42, "x");
    sqlite3_str_append(text, "abcdef", 3);
    sqlite3_str_appendchar(text, 4, '.');
    sqlite3_str_appendall(text, "end");
    SHOW(sqlite3_str_length(text));
    SHOW(sqlite3_str_errcode(text));
    puts(sqlite3_str_value(text));
    sqlite3_free(sqlite3_str_finish(text));
}

static void matching(void) {
    printf("%d %d %d\n", sqlite3_stricmp("abc", "ABC") == 0, sqlite3_strnicmp("abcd", "ABCx", 3) == 0, sqlite3_stricmp("a", "b") < 0);
    printf("%d %d %d %d\n", sqlite3_strglob("a*[0-9]", "abc5") == 0, sqlite3_strglob("a?c", "abd") == 0, sqlite3_strlike("a%", "ABC", 0) == 0, sqlite3_strlike("a\\%", "a%", '\\') == 0);
    static const char *TEXTS[] = {"SELECT 1;", "SELECT 1", "SELECT ';'", "-- ;", "/* ; */ ;", "CREATE TRIGGER t BEGIN SELECT 1;", "CREATE TRIGGER t BEGIN SELECT 1; END;", ""};
    for (int n = 0; n < 8; n++)
        printf("complete %d: %s\n", sqlite3_complete(TEXTS[n]), TEXTS[n]);
}

static void keywords(void) {
    const char *name;
    int length;
    printf("%d %d %d\n", sqlite3_keyword_check("SELECT", 6), sqlite3_keyword_check("select", 6), sqlite3_keyword_check("nothing", 7));
    for (int n = 0; n < 20; n++)
        if (sqlite3_keyword_name(n, &name, &length) == SQLITE_OK)
            printf("%.*s\n", length, name);
}

static void binding(void) {
    sqlite3_stmt *s = prepared("SELECT ?1, :name, @at, $d, ?7");
    printf("%d parameters: %s %s, index %d %d\n", sqlite3_bind_parameter_count(s), sqlite3_bind_parameter_name(s, 2), sqlite3_bind_parameter_name(s, 4), sqlite3_bind_parameter_index(s, "@at"), sqlite3_bind_parameter_index(s, ":no"));
    SHOW(sqlite3_bind_int(s, 1, -7));
    SHOW(sqlite3_bind_double(s, 2, 0.1));
    SHOW(sqlite3_bind_text(s, 3, "text", 4, SQLITE_STATIC));
    SHOW(sqlite3_bind_blob(s, 4, "\1\2\3", 3, SQLITE_TRANSIENT));
    SHOW(sqlite3_bind_zeroblob(s, 7, 4));
    SHOW(sqlite3_bind_int(s, 8, 1));
    SHOW(sqlite3_step(s));
    for (int n = 0; n < sqlite3_data_count(s); n++)
        printf(" %d[%d]", sqlite3_column_type(s, n), sqlite3_column_bytes(s, n));
    char *expanded = sqlite3_expanded_sql(s);
    printf("\n%s\n%s\n", sqlite3_sql(s), expanded);
    sqlite3_free(expanded);
    SHOW(sqlite3_stmt_busy(s));
    SHOW(sqlite3_bind_int(s, 1, 1));
    SHOW(sqlite3_step(s));
    SHOW(sqlite3_reset(s));
    SHOW(sqlite3_clear_bindings(s));
    SHOW(sqlite3_finalize(s));
}

static void conversions(void) {
    sqlite3_stmt *s = prepared("VALUES(1,1.5,'12abc',x'3435',NULL),(-9223372036854775808,1e300,'1e3',x'',''),('0x10',' 7 ','9999999999999999999',x'00',-0.0)");
    while (sqlite3_step(s) == SQLITE_ROW)
        for (int n = 0; n < 5; n++) {
            int type = sqlite3_column_type(s, n);
            double real = sqlite3_column_double(s, n);
            long long whole = sqlite3_column_int64(s, n);
            int small = sqlite3_column_int(s, n);
            const unsigned char *text = sqlite3_column_text(s, n);
            printf("%d: %d %lld %.17g '%s'\n", type, small, whole, real, text ? (const char *)text : "null");
        }
    SHOW(sqlite3_column_type(s, 99));
    SHOW(sqlite3_finalize(s));
}

static void utf16(void) {
    sqlite3_stmt *s = prepared("SELECT 'häß€😀', ?");
    static const unsigned short WORDS[] = {0x68, 0xe4, 0xd83d, 0xde00, 0};
    SHOW(sqlite3_bind_text16(s, 1, WORDS, -1, SQLITE_STATIC));
    SHOW(sqlite3_step(s));
    const unsigned short *text = sqlite3_column_text16(s, 0);
    for (int n = 0; n < sqlite3_column_bytes16(s, 0) / 2; n++)
        printf(" %04x", text[n]);
    printf(" '%s'\n", sqlite3_column_text(s, 1));
    sqlite3_finalize(s);
}

static void twice(sqlite3_context *context, int count, sqlite3_value **values) {
    switch (sqlite3_value_type(values[0])) {
    case SQLITE_INTEGER: sqlite3_result_int64(context, 2 * sqlite3_value_int64(values[0])); break;
    case SQLITE_FLOAT: sqlite3_result_double(context, 2 * sqlite3_value_double(values[0])); break;
    case SQLITE_NULL: sqlite3_result_null(context); break;
    case SQLITE_BLOB: sqlite3_result_error(context, "no blobs", -1); break;
    default: sqlite3_result_text(context, sqlite3_mprintf("%s%s", sqlite3_value_text(values[0]), sqlite3_value_text(values[0])), -1, sqlite3_free);
    }
}
static void add(sqlite3_context *context, int count, sqlite3_value **values) { *(int *)sqlite3_aggregate_context(context, sizeof(int)) += sqlite3_value_int(values[0]); }
static void added(sqlite3_context *context) { sqlite3_result_int(context, *(int *)sqlite3_aggregate_context(context, sizeof(int))); }

static void own_functions(void) {
    SHOW(sqlite3_create_function_v2(db, "twice", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, twice, NULL, NULL, NULL));
    SHOW(sqlite3_create_function_v2(db, "added", 1, SQLITE_UTF8, NULL, NULL, add, added, NULL));
    sql("SELECT twice(4), twice(1.5), twice('ab'), twice(NULL)");
    sql("SELECT added(value) FROM json_each('[1,2,3]')");
    sql("SELECT twice(x'00')");
    sql("SELECT twice(1,2)");
    SHOW(sqlite3_create_function(db, "f", 200, SQLITE_UTF8, NULL, twice, NULL, NULL));
}

static int backwards(void *unused, int a, const void *left, int b, const void *right) { int n = a < b ? a : b, order = memcmp(right, left, n); return order ? order : b - a; }

static void collations(void) {
    SHOW(sqlite3_create_collation(db, "backwards", SQLITE_UTF8, NULL, backwards));
    sql("SELECT value FROM json_each('[\"b\",\"a\",\"c\"]') ORDER BY value COLLATE backwards");
    sql("SELECT 'a' < 'b' COLLATE backwards");
    sql("SELECT 1 ORDER BY 1 COLLATE nothing");
}

static int judge(void *unused, int action, const char *a, const char *b, const char *c, const char *d) {
    printf("    asked %d %s %s %s %s\n", action, a ? a : "-", b ? b : "-", c ? c : "-", d ? d : "-");
    return action == SQLITE_READ && b && !strcmp(b, "secret") ? SQLITE_IGNORE : action == SQLITE_DELETE && !strcmp(a, "t") ? SQLITE_DENY : SQLITE_OK;
}

static void authorizer(void) {
    sql("CREATE TABLE t(open,secret); INSERT INTO t VALUES(1,2)");
    sqlite3_set_authorizer(db, judge, NULL);
    sql("SELECT open,secret FROM t");
    sql("DELETE FROM t");
    sql("INSERT INTO t VALUES(3,4)");
    sqlite3_set_authorizer(db, NULL, NULL);
}

static void update(void *unused, int action, const char *base, const char *table, sqlite3_int64 row) { printf("    update %d %s.%s %lld\n", action, base, table, row); }
static int commit(void *unused) { puts("    commit"); return 0; }
static void rollback(void *unused) { puts("    rollback"); }

static void hooks(void) {
    sqlite3_update_hook(db, update, NULL);
    sqlite3_commit_hook(db, commit, NULL);
    sqlite3_rollback_hook(db, rollback, NULL);
    sql("CREATE TABLE t(a); INSERT INTO t VALUES(1),(2); UPDATE t SET a=5 WHERE a=1; DELETE FROM t WHERE a=2");
    sql("BEGIN; INSERT INTO t VALUES(9); ROLLBACK; DELETE FROM t");
    printf("autocommit %d\n", sqlite3_get_autocommit(db));
}

static int trace(unsigned kind, void *unused, void *what, void *more) { if (kind == SQLITE_TRACE_STMT) printf("    trace %s\n", (char *)more); return 0; }

static void tracing(void) {
    sqlite3_trace_v2(db, SQLITE_TRACE_STMT, trace, NULL);
    sql("CREATE TABLE t(a); INSERT INTO t VALUES(1); CREATE TRIGGER r AFTER DELETE ON t BEGIN SELECT 1; END; DELETE FROM t; SELECT * FROM t");
}

static void blobs(void) {
    sqlite3_blob *blob;
    unsigned char bytes[8] = {0};
    sql("CREATE TABLE t(b); INSERT INTO t VALUES(x'0102030405'),('text')");
    SHOW(sqlite3_blob_open(db, "main", "t", "b", 1, 1, &blob));
    SHOW(sqlite3_blob_bytes(blob));
    SHOW(sqlite3_blob_read(blob, bytes, 2, 1));
    printf("%02x%02x\n", bytes[0], bytes[1]);
    SHOW(sqlite3_blob_write(blob, "\xff", 1, 0));
    SHOW(sqlite3_blob_read(blob, bytes, 4, 3));
    SHOW(sqlite3_blob_reopen(blob, 2));
    SHOW(sqlite3_blob_bytes(blob));
    SHOW(sqlite3_blob_close(blob));
    SHOW(sqlite3_blob_open(db, "main", "t", "b", 9, 0, &blob));
    puts(sqlite3_errmsg(db));
    sql("SELECT hex(b) FROM t");
}

static void copies(void) {
    sqlite3 *other, *first = db;
    sqlite3_open(":memory:", &other);
    sql("CREATE TABLE t(a); INSERT INTO t VALUES('one'),('two')");
    sqlite3_backup *backup = sqlite3_backup_init(other, "main", db, "main");
    SHOW(sqlite3_backup_step(backup, -1));
    SHOW(sqlite3_backup_remaining(backup));
    SHOW(sqlite3_backup_pagecount(backup));
    SHOW(sqlite3_backup_finish(backup));
    db = other;
    sql("SELECT * FROM t");
    db = first;
    SHOW(sqlite3_backup_init(db, "main", db, "main") == NULL);
    sqlite3_close(other);
}

static void limits(void) {
    for (int n = 0; n <= 11; n++)
        printf("%d: %d\n", n, sqlite3_limit(db, n, -1));
    sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 100);
    sqlite3_limit(db, SQLITE_LIMIT_COLUMN, 3);
    sqlite3_limit(db, SQLITE_LIMIT_EXPR_DEPTH, 5);
    sqlite3_limit(db, SQLITE_LIMIT_COMPOUND_SELECT, 2);
    sql("SELECT length(zeroblob(99))");
    sql("SELECT zeroblob(101)");
    sql("SELECT 1,2,3,4");
    sql("SELECT 1+1+1+1+1+1+1");
    sql("SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3");
}

static int stop(void *count) { return ++*(int *)count > 3; }

static void interruption(void) {
    int count = 0;
    sqlite3_progress_handler(db, 1000, stop, &count);
    sql("WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM c) SELECT count(*) FROM c");
    printf("asked %d times\n", count > 3);
}

static void metadata(void) {
    const char *type, *collation;
    int required, key, counts;
    sql("CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(9) NOT NULL COLLATE NOCASE); CREATE VIEW v AS SELECT name AS alias FROM t");
    for (int n = 0; n < 3; n++) {
        const char *column = ((const char *[]){"id", "name", "nothing"})[n];
        int code = sqlite3_table_column_metadata(db, NULL, "t", column, &type, &collation, &required, &key, &counts);
        printf("%d", code);
        if (code == SQLITE_OK)
            printf(" %s %s %d %d %d", type, collation, required, key, counts);
        putchar('\n');
    }
    sqlite3_stmt *s = prepared("SELECT alias, 1+1, id FROM v, t AS u");
    for (int n = 0; n < 3; n++)
        printf("%s from %s.%s.%s, %s\n", sqlite3_column_name(s, n), sqlite3_column_database_name(s, n) ? sqlite3_column_database_name(s, n) : "-", sqlite3_column_table_name(s, n) ? sqlite3_column_table_name(s, n) : "-", sqlite3_column_origin_name(s, n) ? sqlite3_column_origin_name(s, n) : "-", sqlite3_column_decltype(s, n) ? sqlite3_column_decltype(s, n) : "-");
    sqlite3_finalize(s);
}

static void files(void) {
    sqlite3_close(db);
    printf("missing: %d\n", sqlite3_open_v2("none.db", &db, SQLITE_OPEN_READWRITE, NULL));
    printf("%d %s\n", sqlite3_extended_errcode(db), sqlite3_errmsg(db));
    sqlite3_close(db);
    sqlite3_open("made.db", &db);
    sql("PRAGMA journal_mode; CREATE TABLE t(a); INSERT INTO t VALUES('kept')");
    sqlite3_close(db);
    SHOW(sqlite3_open_v2("made.db", &db, SQLITE_OPEN_READONLY, NULL));
    SHOW(sqlite3_db_readonly(db, "main"));
    sql("SELECT * FROM t");
    sql("INSERT INTO t VALUES(1)");
    sqlite3_close(db);
    printf("by URI: %d\n", sqlite3_open_v2("file:made.db?mode=ro&cache=private", &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI, NULL));
    sql("SELECT count(*) FROM t");
    sqlite3_close(db);
    FILE *file = fopen("broken.db", "w");
    fputs("this is no database, and longer than the header of one, which is a hundred bytes long, as everybody knows since 2004", file);
    fclose(file);
    sqlite3_open("broken.db", &db);
    sql("SELECT * FROM sqlite_master");
}

static void write_ahead(void) {
    int log, done;
    sqlite3_close(db);
    sqlite3_open("ahead.db", &db);
    sql("PRAGMA journal_mode=WAL; CREATE TABLE t(a); INSERT INTO t VALUES(1),(2)");
    printf("checkpoint %d", sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_TRUNCATE, &log, &done));
    printf(" %d %d\n", log, done);
    sql("SELECT sum(a) FROM t; PRAGMA journal_mode=DELETE");
    remove("ahead.db"); /* the file's bytes are no concern of this case */
}

static void two_connections(void) {
    sqlite3 *second;
    sqlite3_close(db);
    sqlite3_open("shared.db", &db);
    sqlite3_open("shared.db", &second);
    sql("CREATE TABLE t(a); BEGIN IMMEDIATE; INSERT INTO t VALUES(1)");
    sqlite3 *first = db;
    db = second;
    sql("SELECT count(*) FROM t; INSERT INTO t VALUES(2)");
    db = first;
    sql("COMMIT");
    db = second;
    sql("SELECT count(*) FROM t");
    sqlite3_close(first);
    remove("shared.db");
}

static void misuse(void) {
    sqlite3_stmt *s = prepared("SELECT 1");
    SHOW(sqlite3_finalize(NULL));
    SHOW(sqlite3_close(NULL));
    SHOW(sqlite3_reset(NULL));
    SHOW(sqlite3_close(db));
    puts(sqlite3_errmsg(db));
    sqlite3_finalize(s);
    SHOW(prepared("") == NULL);
    s = prepared("SELECT 1; SELECT 2");
    SHOW(sqlite3_step(s));
    SHOW(sqlite3_step(s));
    SHOW(sqlite3_step(s));
    sqlite3_finalize(s);
    SHOW(sqlite3_threadsafe());
}

static void tables(void) {
    char **cells, *message;
    int rows, columns;
    printf("%d: ", sqlite3_get_table(db, "SELECT 1 AS a,'x' AS b UNION SELECT 2,NULL", &cells, &rows, &columns, &message));
    printf("%d rows, %d columns:", rows, columns);
    for (int n = 0; n < (rows + 1) * columns; n++)
        printf(" %s", cells[n] ? cells[n] : "NULL");
    sqlite3_free_table(cells);
    printf("\n%d: ", sqlite3_get_table(db, "SELEC", &cells, &rows, &columns, &message));
    puts(message);
    sqlite3_free(message);
}

#define CASE(name) {#name, name}
static const struct { const char *name; void (*run)(void); } CASES[] = {
    CASE(result_codes), CASE(version), CASE(options), CASE(printing), CASE(string_builder), CASE(matching), CASE(keywords), CASE(binding),
    CASE(conversions), CASE(utf16), CASE(own_functions), CASE(collations), CASE(authorizer), CASE(hooks), CASE(tracing), CASE(blobs),
    CASE(copies), CASE(limits), CASE(interruption), CASE(metadata), CASE(files), CASE(write_ahead), CASE(two_connections), CASE(misuse),
    CASE(tables),
};

int main(int count, char **words) {
    if (sqlite3_open(":memory:", &db) != SQLITE_OK)
        return 98;
    for (size_t n = 0; n < sizeof CASES / sizeof *CASES; n++)
        if (count > 1 && !strcmp(CASES[n].name, words[1]))
            return CASES[n].run(), 0;
    return 99;
}
