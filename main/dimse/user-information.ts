/** The user information item of A-ASSOCIATE-RQ and A-ASSOCIATE-AC: its sub-items read and written (PS3.7 Annex D.3, PS3.8 Annex D.1). */
import { type ByteCursor, encodeItem, readTitle, readUID } from './associate-items.ts'

/** Sub-item types. */
export const userInformationItems = {
  MaximumLength: 0x51,
  ImplementationClassUID: 0x52,
  AsynchronousOperationsWindow: 0x53,
  SCPSCURoleSelection: 0x54,
  ImplementationVersionName: 0x55,
  SOPClassExtendedNegotiation: 0x56,
  SOPClassCommonExtendedNegotiation: 0x57,
  UserIdentityRQ: 0x58,
  UserIdentityAC: 0x59,
} as const

/** SCU and SCP roles proposed or accepted for one SOP class (PS3.7 §D.3.3.4). */
export interface RoleSelection {
  SOPClassUID: string
  scuRole: boolean
  scpRole: boolean
}

export interface UserInformation {
  /** Largest P-DATA-TF length that the sender of the item takes; 0 means no limit. */
  maximumLength: number
  implementationClassUID: string
  implementationVersionName: string
  asynchronousOperations: { invoked: number; performed: number } | null
  roles: RoleSelection[]
  /** Whether a user identity was proposed. What it says is neither kept nor needed: such peers are answered as by a station without the feature. */
  hasUserIdentity: boolean
}

/** What holds when a peer sends no user information. */
export const noUserInformation = (): UserInformation => ({
  maximumLength: 0,
  implementationClassUID: '',
  implementationVersionName: '',
  asynchronousOperations: null,
  roles: [],
  hasUserIdentity: false,
})

type Parser = (item: ByteCursor, information: UserInformation) => void

/** How each sub-item is read; those without a row are ignored, as PS3.8 §9.3.1 asks for unknown items. */
const parsers: Record<number, Parser> = {
  [userInformationItems.MaximumLength]: (item, information) => {
    information.maximumLength = item.uint32()
  },
  [userInformationItems.ImplementationClassUID]: (item, information) => {
    information.implementationClassUID = readUID(item, item.left)
  },
  [userInformationItems.AsynchronousOperationsWindow]: (item, information) => {
    information.asynchronousOperations = { invoked: item.uint16(), performed: item.uint16() }
  },
  [userInformationItems.SCPSCURoleSelection]: (item, information) => {
    const SOPClassUID = readUID(item, item.uint16())
    information.roles.push({ SOPClassUID, scuRole: item.uint8() === 1, scpRole: item.uint8() === 1 })
  },
  [userInformationItems.ImplementationVersionName]: (item, information) => {
    information.implementationVersionName = readTitle(item, item.left)
  },
  [userInformationItems.UserIdentityRQ]: (item, information) => {
    item.skip(2)
    item.skip(item.uint16())
    item.skip(item.uint16())
    information.hasUserIdentity = true
  },
}

/** Reads the sub-items of a user information item; throws {@link ProtocolError} when a length does not fit. */
export function parseUserInformation(cursor: ByteCursor): UserInformation {
  const information = noUserInformation()
  while (cursor.left > 0) {
    const { type, content } = cursor.item()
    parsers[type]?.(content, information)
  }
  return information
}

const uint16 = (value: number) => Buffer.from([value >> 8, value & 0xff])

function encodeRole({ SOPClassUID, scuRole, scpRole }: RoleSelection): Buffer {
  const uid = Buffer.from(SOPClassUID, 'latin1')
  return encodeItem(
    userInformationItems.SCPSCURoleSelection,
    Buffer.concat([uint16(uid.length), uid, Buffer.from([Number(scuRole), Number(scpRole)])]),
  )
}

/** Encodes the user information item with those sub-items that `information` has. */
export function encodeUserInformation(information: Omit<UserInformation, 'hasUserIdentity'>): Buffer {
  const maximumLength = Buffer.alloc(4)
  maximumLength.writeUInt32BE(information.maximumLength)
  const window = information.asynchronousOperations
  return encodeItem(
    0x50,
    Buffer.concat([
      encodeItem(userInformationItems.MaximumLength, maximumLength),
      encodeItem(
        userInformationItems.ImplementationClassUID,
        Buffer.from(information.implementationClassUID, 'latin1'),
      ),
      ...(window
        ? [
            encodeItem(
              userInformationItems.AsynchronousOperationsWindow,
              Buffer.concat([uint16(window.invoked), uint16(window.performed)]),
            ),
          ]
        : []),
      ...information.roles.map(encodeRole),
      encodeItem(
        userInformationItems.ImplementationVersionName,
        Buffer.from(information.implementationVersionName, 'latin1'),
      ),
    ]),
  )
}
