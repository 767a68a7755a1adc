/** The settings, read and changed: a change shows at once and is taken back when the station refuses it. */
import { useMutation, useQuery, useSuspenseQuery } from '@tanstack/react-query'
import type { Settings } from '../../main/contract/settings.ts'
import { queryClient, trpc } from './client.ts'

/** The settings once they are there (the shell is only shown then). */
export const useSettings = (): Settings => useSuspenseQuery(trpc.settings.get.queryOptions({})).data

/** The settings, or undefined while they are not there. */
export const useSettingsIfLoaded = (): Settings | undefined =>
  useQuery({ ...trpc.settings.get.queryOptions({}), enabled: false }).data

/** Changes some settings; `data.problem` says why a change of the receiver's address was refused. */
export function useUpdateSettings() {
  const key = trpc.settings.get.queryKey({})
  return useMutation(
    trpc.settings.update.mutationOptions({
      onMutate: async (change) => {
        await queryClient.cancelQueries({ queryKey: key })
        const before = queryClient.getQueryData(key)
        if (before !== undefined && change !== undefined)
          queryClient.setQueryData(key, { ...before, ...defined(change) })
        return { before }
      },
      onSuccess: ({ settings }) => queryClient.setQueryData(key, settings),
      onError: (_error, _change, kept) => {
        if (kept?.before !== undefined) queryClient.setQueryData(key, kept.before)
      },
    }),
  )
}

const defined = (change: { [K in keyof Settings]?: Settings[K] | undefined }): Partial<Settings> =>
  Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
