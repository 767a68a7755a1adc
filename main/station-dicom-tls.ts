/** DICOM over TLS for a station: credentials from files, and the listener beside the plain one. */
import { DICOM_TLS_PORT, readTlsCredentials, type TlsCredentials } from './dimse/index.ts'
import type { Receiver, ReceiverProblem } from './receiver/index.ts'

/** What a host says of DICOM over TLS. */
export interface StationTls {
  credentials: TlsCredentials
  /** 0: any free port. */
  port: number
}

/** PEM files, and the port if it is not 2762. */
export interface StationTlsFiles {
  key: string
  certificate: string
  authorities: string
  port?: number
}

/** Reads the files; rejects with `DimseError` `bad-credentials`. */
export async function readStationTls({ port = DICOM_TLS_PORT, ...files }: StationTlsFiles): Promise<StationTls> {
  return { credentials: await readTlsCredentials(files), port }
}

/** Listens for TLS where the host asked for it; tells why it cannot. */
export const listenForTls = async (receiver: Receiver, tls: StationTls | undefined): Promise<ReceiverProblem | null> =>
  tls ? receiver.listenSecurely(tls.port) : null
