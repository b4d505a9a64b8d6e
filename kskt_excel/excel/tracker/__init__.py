"""The year's master tracker (sổ theo dõi): a file for each sheet, its writer, handwriting."""
