/** The version of the notice "not a certified medical device"; raising it asks everybody again. Apart from the models: a window needs it without them. */
export const NOTICE_VERSION = 1
