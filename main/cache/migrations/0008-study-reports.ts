/**
 * How far the report of each study is, as the records say it: the study list is filtered by it. It is kept also for studies that are not here, so
 * that one that comes again has its state from its first object on.
 */
import type { Migration } from './migration.ts'

export const studyReports: Migration = {
  version: 8,
  name: 'study-reports',
  up: `
CREATE TABLE study_report (
  StudyInstanceUID TEXT PRIMARY KEY,
  report TEXT NOT NULL
) STRICT, WITHOUT ROWID;
ALTER TABLE study ADD COLUMN report TEXT NOT NULL DEFAULT 'none';
CREATE INDEX study_by_report ON study (report);
CREATE TRIGGER study_takes_report AFTER INSERT ON study
WHEN EXISTS (SELECT 1 FROM study_report WHERE StudyInstanceUID = NEW.StudyInstanceUID)
BEGIN
  UPDATE study SET report = (SELECT report FROM study_report WHERE StudyInstanceUID = NEW.StudyInstanceUID)
  WHERE studyKey = NEW.studyKey;
END;
`,
}
