CREATE TRIGGER IF NOT EXISTS access_log_stays_u BEFORE UPDATE ON access_log BEGIN SELECT RAISE(ABORT, 'the access log is never changed'); END;
CREATE TRIGGER IF NOT EXISTS access_log_stays_d BEFORE DELETE ON access_log BEGIN SELECT RAISE(ABORT, 'the access log is never changed'); END;
CREATE TRIGGER IF NOT EXISTS history_stays_u BEFORE UPDATE ON history BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;
CREATE TRIGGER IF NOT EXISTS history_stays_d BEFORE DELETE ON history BEGIN SELECT RAISE(ABORT, 'history is never changed'); END;
