/** How Astreinte names itself on the wire and in the objects it writes (PS3.7 §D.3.3.2, PS3.10 §7.1). */

/** Fixed UID of this implementation, made from a random UUID (PS3.5 §B.2). */
export const IMPLEMENTATION_CLASS_UID = '2.25.16722139604060804508613382102706181097'

/** At most 16 characters. */
export const IMPLEMENTATION_VERSION_NAME = 'ASTREINTE_0_1'

/** A UID from the 128 bits of a UUID (PS3.5 §B.2): `2.25.` and the number in decimal digits. */
export const uidFromUUID = (uuid: string): string => `2.25.${BigInt(`0x${uuid.replaceAll('-', '')}`).toString(10)}`
