SELECT likely(5), unlikely(0), likelihood(3,0.5), typeof(likely('x')), sqlite_compileoption_used('no such option'), changes(), total_changes(), last_insert_rowid();
