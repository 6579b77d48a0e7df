/** What may change is believed for as long as npm does by itself at most. */
export const metadataCaching = 'public, max-age=60'

/** Bytes never change, but they may be withdrawn: nobody keeps them for long without asking again. */
export const tarballCaching = 'public, max-age=300'
