/** Where the receiver listens, what it is called, and what can be wrong with either. */
import { networkInterfaces } from 'node:os'
import { aeTitle, type receiverProblem } from '../contract/settings.ts'

export interface ListenAddress {
  host: string
  port: number
  aeTitle: string
}

export type ReceiverProblem = (typeof receiverProblem.options)[number]

const interfaces = () => Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])

/** The address to bind: this machine only, or every network of it (IPv6 and IPv4 where there is IPv6). */
export function listenHost(acceptFromNetwork: boolean): string {
  if (!acceptFromNetwork) return '127.0.0.1'
  return interfaces().some(({ family }) => family === 'IPv6') ? '::' : '0.0.0.0'
}

/** Addresses that a modality can be told for `host`; link-local ones are left out, for they need a zone. */
export function reachableAddresses(host: string): string[] {
  if (host !== '::' && host !== '0.0.0.0') return [host]
  return interfaces()
    .filter(
      ({ internal, family, address }) =>
        !internal && (family === 'IPv4' || (host === '::' && !/^fe[89ab]/i.test(address))),
    )
    .map(({ address }) => address)
}

const problemOfError: Record<string, ReceiverProblem> = {
  EADDRINUSE: 'port-in-use',
  EACCES: 'port-not-permitted',
  EPERM: 'port-not-permitted',
  EADDRNOTAVAIL: 'address-not-available',
  EAFNOSUPPORT: 'address-not-available',
  EINVAL: 'address-not-available',
  ENOTFOUND: 'address-not-available',
}

/** The problem behind an error of `listen`; rethrows what is none. */
export function problemOf(error: unknown): ReceiverProblem {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const problem = problemOfError[code]
  if (!problem) throw error
  return problem
}

/** Whether `title` can be an AE title (PS3.5 §6.2). */
export const isAETitle = (title: string): boolean => aeTitle.safeParse(title).success
