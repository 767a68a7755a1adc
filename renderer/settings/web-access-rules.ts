/** What may be typed for DICOMweb: origins of pages, names of clients. The station judges again. */
import { webClientName, webOrigin } from '../../main/contract/web-access.ts'

/** `https://viewer.example`, without a path. */
export const isOrigin = (text: string): boolean => webOrigin.safeParse(text).success

export const isClientName = (text: string): boolean => webClientName.safeParse(text).success
