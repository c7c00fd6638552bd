"""Published fragile watermarks, written anew from their descriptions, to be attacked like ours."""
