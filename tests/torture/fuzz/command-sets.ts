/** Changed command sets and identifiers through their decoders (PS3.7 §6.3.1, PS3.4 Annex C): decoded, or refused as the protocol says. */
import fc from 'fast-check'
import { TransferSyntaxUIDs } from '../../../main/dicom/index.ts'
import { decodeCommandSet } from '../../../main/dimse/command-set.ts'
import { ProtocolError } from '../../../main/dimse/dimse-error.ts'
import { decodeIdentifier } from '../../../main/dimse/index.ts'
import { sessions } from '../../helpers/pdu-mutations.ts'
import { changedBytes } from './changed-bytes.ts'
import { type FuzzKind, Tally } from './fuzz-kind.ts'

const P_DATA_TF = 4
const HEADER = 12

/** What the P-DATA-TF PDUs of whole sessions carry: command sets, and data sets, their fragments joined. */
const contents = (): { commands: Buffer[]; dataSets: Buffer[] } => {
  const isCommand = (pdu: Buffer): boolean => ((pdu[HEADER - 1] ?? 0) & 1) === 1
  const all = sessions.map((session) => {
    const carried = session.filter((pdu) => pdu[0] === P_DATA_TF)
    const contentOf = (pdus: Buffer[]): Buffer[] => pdus.map((pdu) => pdu.subarray(HEADER))
    return {
      commands: contentOf(carried.filter(isCommand)),
      dataSet: Buffer.concat(contentOf(carried.filter((pdu) => !isCommand(pdu)))),
    }
  })
  return {
    commands: all.flatMap(({ commands }) => commands),
    dataSets: all.map(({ dataSet }) => dataSet).filter(({ length }) => length > 16),
  }
}

const { ImplicitVRLittleEndian, ExplicitVRLittleEndian } = TransferSyntaxUIDs

export const commandSets: FuzzKind = {
  name: 'command sets',
  share: 150,
  begin: () => {
    const { commands, dataSets } = contents()
    const outcomes = new Tally()
    const command = changedBytes(commands).map((bytes) => ({ bytes, TransferSyntaxUID: null }))
    const identifier = fc
      .tuple(changedBytes(dataSets), fc.constantFrom(ImplicitVRLittleEndian, ExplicitVRLittleEndian))
      .map(([bytes, TransferSyntaxUID]) => ({ bytes, TransferSyntaxUID }))
    return {
      property: fc.property(fc.oneof(command, identifier), ({ bytes, TransferSyntaxUID }) => {
        if (TransferSyntaxUID) {
          outcomes.add(decodeIdentifier(bytes, TransferSyntaxUID) ? 'identifiers' : 'refused identifiers')
          return
        }
        try {
          decodeCommandSet(bytes)
          outcomes.add('commands')
        } catch (error) {
          if (!(error instanceof ProtocolError)) throw error
          outcomes.add(error.code)
        }
      }),
      end: async () => ({ problems: [], figures: outcomes.counts }),
    }
  },
}
