/** Importing and exporting within the station: the contract's calls. */
import type { HandlersOf } from './contract/define.ts'
import type { StationContract } from './contract/index.ts'
import { listFolder } from './importer/index.ts'
import type { StationServices } from './station-services.ts'

/** Handlers of the importer's calls. */
export const importerCalls = (open: () => StationServices): HandlersOf<StationContract>['importer'] => ({
  demos: () => open().importer.demos(),
  loadDemo: async ({ id }) => ({ started: await open().importer.loadDemo(id) }),
  cancelDemo: ({ id }) => {
    open().importer.cancelDemo(id)
    return {}
  },
  listFolder: ({ path }) => {
    open()
    return listFolder(path)
  },
  look: ({ paths }) => ({ intakeId: open().importer.intakes.look(paths) }),
  offer: ({ given }) => ({ intakeId: open().importer.intakes.offer(given) }),
  addOffered: ({ intakeId, ...offer }) => {
    open().importer.intakes.addOffered(intakeId, offer)
    return {}
  },
  wantedReads: ({ intakeId }, signal) => open().importer.intakes.wantedReads(intakeId, signal),
  cannotRead: async (read) => {
    await open().importer.intakes.giveOffered(read, null)
    return {}
  },
  intakes: () => open().importer.intakes.all(),
  intake: ({ intakeId }) => open().importer.intakes.get(intakeId),
  takeIntake: ({ intakeId, StudyInstanceUIDs }) => ({
    started: open().importer.intakes.take(intakeId, StudyInstanceUIDs),
  }),
  cancelIntake: async ({ intakeId }) => {
    await open().importer.intakes.cancel(intakeId)
    return {}
  },
  dismissIntake: async ({ intakeId }) => {
    await open().importer.intakes.dismiss(intakeId)
    return {}
  },
})

/** Handlers of the exporter's calls. */
export const exporterCalls = (open: () => StationServices): HandlersOf<StationContract>['exporter'] => ({
  plan: ({ StudyInstanceUIDs }) => open().exporter.plan(StudyInstanceUIDs),
  start: (request) => ({ exportId: open().exporter.start(request) }),
  exports: () => open().exporter.exports(),
  cancel: async ({ exportId }) => {
    await open().exporter.cancel(exportId)
    return {}
  },
  dismiss: ({ exportId }) => {
    open().exporter.dismiss(exportId)
    return {}
  },
})
