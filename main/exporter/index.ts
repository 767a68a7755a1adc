/** The way out to folders and archives, with or without who the studies are of. */
export { createExporter, type Exporter, type ExporterOptions } from './exporter.ts'
