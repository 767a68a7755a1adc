/** The contract's calls on smart lists; every window is told when they change. */
import type { HandlersOf } from './contract/define.ts'
import type { StationContract } from './contract/index.ts'
import type { Feed } from './http/index.ts'
import type { StationServices } from './station-services.ts'

/** Handlers of the calls that concern smart lists. */
export const smartListCalls = (open: () => StationServices, feed: Feed): HandlersOf<StationContract>['smartLists'] => {
  const changed = () => feed.publish({ kind: 'smartListsChanged' })
  return {
    list: () => open().records.smartLists.list(),
    save: async (list) => {
      const outcome = await open().records.smartLists.save(list)
      if (outcome === 'saved') changed()
      return { outcome }
    },
    arrange: async ({ listIds }) => {
      await open().records.smartLists.arrange(listIds)
      changed()
      return {}
    },
    remove: async ({ listId }) => {
      await open().records.smartLists.remove(listId)
      changed()
      return {}
    },
  }
}
