/** The package ships no types; what is used of it is typed where it is imported. */
declare module "@cornerstonejs/codec-openjpeg/decodewasmjs";
