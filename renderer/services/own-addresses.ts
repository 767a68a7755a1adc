/** Where other machines reach a listener of this station. */
import { useQuery } from '@tanstack/react-query'
import { trpc } from './client.ts'

const isAny = (address: string): boolean => address === '0.0.0.0' || address === '::'

/** The addresses to tell of a listener that is bound to `address`: all of this machine where it is bound to any, empty while they are unknown. */
export function useOwnAddresses(address: string): readonly string[] {
  // A machine that is carried home has others there.
  const own = useQuery({ ...trpc.network.addresses.queryOptions({}), enabled: isAny(address), staleTime: 0 }).data
  return isAny(address) ? (own ?? []) : [address]
}
