"""The only room that speaks SQL: tables, transitions (the only writers), queries (the only readers), migrations."""
